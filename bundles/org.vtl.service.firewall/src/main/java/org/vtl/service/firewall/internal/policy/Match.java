package org.vtl.service.firewall.internal.policy;

/** One thing that a rule asks of a packet. */
public sealed interface Match {
  /** The field it looks at. */
  Field field();

  /** {@code field value}, or with {@code not}, {@code field != value}. */
  record OneOf(Field field, boolean not, Values values) implements Match {}

  /**
   * TCP flags: {@code (flags & mask) == value}, or with {@code not}, {@code !=}. nft's {@code tcp
   * flags syn} is {@code (flags & syn) != 0}.
   */
  record Flags(int mask, int value, boolean not) implements Match {
    @Override
    public Field field() {
      return Field.TCP_FLAGS;
    }
  }
}

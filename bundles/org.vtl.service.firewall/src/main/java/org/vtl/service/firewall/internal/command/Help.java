package org.vtl.service.firewall.internal.command;

/** What {@code vtl:firewall --help} prints. */
final class Help {
  static final String TEXT =
      """
      usage: firewall [show] [--link NAME] [--text]
             firewall check FILE
             firewall diff FILE
             firewall apply FILE [--keep | --end] [--confirm SECONDS]
             firewall confirm
             firewall rollback
             firewall test --in|--out [--link NAME] [--state STATE] [--file FILE] PACKET
             firewall log [--follow] [--count N] [--rule ID]
             firewall addresses [--link NAME] [forget|learn ADDRESS]
             firewall connections --refused FILE

      Shows, checks, tries and changes the firewall's rules. FILE is on VTL's machine, from / or
      from VTL's data folder: plain lines of rules, or a .cfg.json whose "rules" hold them.

        show         the rules in force in their order with what they counted; --text prints what
                     "apply" reads
        check        every error of FILE with its line and column, and warnings
        diff         what FILE would change
        apply        puts FILE in force and into the configuration; with --confirm only on trial:
                     without "confirm" in time the rules of before hold again. Says first which
                     open connections the new rules would refuse: they go on (--keep), or are
                     ended (--end)
        confirm      makes the rules on trial the configured ones
        rollback     ends the trial now
        test         what would become of PACKET, by which rule, and why not by those before it;
                     --out: the VM sends it, --in: the VM is to get it; STATE is new (default),
                     established, related, invalid or untracked; --file asks another policy
        log          what rules with "log" noted last (20), or --follow what they note from now on
        addresses    what VMs may send from, told or learned
        connections  the open connections that FILE would refuse

      PACKET is PROTOCOL SOURCE[:PORT] to DESTINATION[:PORT], then any of: flags syn,ack;
      type TYPE/CODE of ICMP; vlan N; length BYTES; ttl N; mac SOURCE to DESTINATION; reply (it
      goes against the connection's opener). Or ether TYPE for what is not IP.

        --json       print JSON
        --help       say this

      examples:
        firewall check rules.txt
        firewall apply rules.txt --confirm 60
        firewall test --in tcp 192.0.2.1 to 10.0.0.5:22
        firewall log --follow --rule ssh
      """;

  private Help() {}
}

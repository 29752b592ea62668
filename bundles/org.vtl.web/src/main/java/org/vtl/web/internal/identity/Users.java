package org.vtl.web.internal.identity;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.vtl.management.Refusal;
import org.vtl.management.Role;
import org.vtl.text.Json;
import org.vtl.text.JsonFault;
import org.vtl.text.JsonObject;
import org.vtl.text.JsonReader;

/**
 * The users, and the file that keeps them: JSON with, of each, name, role, the password's digest
 * and the digests of the tokens that scripts use. From any thread.
 */
public final class Users {
  private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._@-]{0,63}";
  private static final int MOST = 1_000;
  private static final int MOST_TOKENS = 50;
  private static final String TOKEN_PREFIX = "vtl_";

  private final Path file;
  private final Map<String, Account> accounts = new TreeMap<>();

  private record Account(String name, Role role, String password, Map<String, String> tokens) {}

  /**
   * A user as others may know it.
   *
   * @param tokens names of the tokens
   */
  public record User(String name, Role role, List<String> tokens) {}

  /**
   * Reads the users from a file.
   *
   * @throws IllegalStateException in one sentence, if it is there and cannot be read: nobody must
   *     become the first administrator because of a slip in it
   */
  public Users(Path file) {
    this.file = file;
    if (Files.exists(file)) {
      try {
        read(JsonReader.read(Files.readString(file)));
      } catch (IOException | JsonFault | IllegalArgumentException e) {
        throw new IllegalStateException(
            "The users cannot be read from %s (%s); repair it, or remove it to start anew."
                .formatted(file, e.getMessage()),
            e);
      }
    }
  }

  private void read(JsonObject content) {
    for (Object each : content.value("users", List.class).orElse(List.of())) {
      if (!(each instanceof JsonObject user)) {
        throw new IllegalArgumentException("a user is an object in braces");
      }
      Map<String, String> tokens = new LinkedHashMap<>();
      user.value("tokens", JsonObject.class)
          .ifPresent(
              all -> all.members().forEach(one -> tokens.put(one.key(), (String) one.value())));
      String name = user.value("name", String.class).orElse("");
      Role role = role(user.value("role", String.class).orElse(""));
      accounts.put(
          requireName(name),
          new Account(name, role, user.value("password", String.class).orElse(""), tokens));
    }
  }

  /** The role of that name, in letters of any case. */
  public static Role role(String name) {
    for (Role role : List.of(Role.VIEWER, Role.OPERATOR, Role.ADMIN)) {
      if (role.name().equalsIgnoreCase(name)) {
        return role;
      }
    }
    throw new IllegalArgumentException(
        "Role \"%s\" is unknown; give viewer, operator or admin.".formatted(name));
  }

  private static String requireName(String name) {
    if (!name.matches(NAME)) {
      throw new IllegalArgumentException(
          "User \"%s\" is no name; give up to 64 letters, digits, dots, dashes, @ or _."
              .formatted(name));
    }
    return name;
  }

  public synchronized boolean isEmpty() {
    return accounts.isEmpty();
  }

  public synchronized List<User> list() {
    return accounts.values().stream().map(Users::user).toList();
  }

  public synchronized Optional<User> find(String name) {
    return Optional.ofNullable(accounts.get(name)).map(Users::user);
  }

  private static User user(Account account) {
    return new User(account.name(), account.role(), List.copyOf(account.tokens().keySet()));
  }

  /** The user of that name and password. Takes as long for a name that is not there. */
  public Optional<User> login(String name, String password) {
    Account account;
    synchronized (this) {
      account = accounts.get(name);
    }
    // Outside of the lock: it is slow by design.
    boolean right = Password.matches(password, account == null ? "" : account.password());
    return right && account != null ? Optional.of(user(account)) : Optional.empty();
  }

  /** The user whose token this is. */
  public synchronized Optional<User> byToken(String token) {
    if (!token.startsWith(TOKEN_PREFIX)) {
      return Optional.empty();
    }
    String digest = Secrets.digest(token);
    return accounts.values().stream()
        .filter(account -> account.tokens().values().stream().anyMatch(digest::equals))
        .findFirst()
        .map(Users::user);
  }

  /** Makes a user. */
  public User add(String name, Role role, String password) {
    requireName(name);
    String hash = hash(password);
    synchronized (this) {
      if (accounts.containsKey(name)) {
        throw Refusal.conflict(
            "User %s is there already; change it, or give another name.".formatted(name));
      }
      if (accounts.size() >= MOST) {
        throw Refusal.conflict("There are %d users, and more are not kept.".formatted(MOST));
      }
      return put(new Account(name, role, hash, Map.of()));
    }
  }

  /** Gives a user another role, another password, or both. */
  public User change(String name, Optional<Role> role, Optional<String> password) {
    Optional<String> hash = password.map(Users::hash);
    synchronized (this) {
      Account old = require(name);
      Role now = role.orElse(old.role());
      if (now != Role.ADMIN) {
        requireAnotherAdmin(old);
      }
      return put(new Account(name, now, hash.orElse(old.password()), old.tokens()));
    }
  }

  public synchronized void remove(String name) {
    requireAnotherAdmin(require(name));
    Account gone = accounts.remove(name);
    saveOr(() -> accounts.put(name, gone));
  }

  /** Makes a token for scripts; this is the only time that it can be seen. */
  public synchronized String addToken(String name, String token) {
    Account old = require(name);
    requireName(token);
    if (old.tokens().containsKey(token) || old.tokens().size() >= MOST_TOKENS) {
      throw Refusal.conflict(
          "User %s has a token %s, or too many; revoke it first.".formatted(name, token));
    }
    String secret = TOKEN_PREFIX + Secrets.random();
    Map<String, String> tokens = new LinkedHashMap<>(old.tokens());
    tokens.put(token, Secrets.digest(secret));
    put(new Account(name, old.role(), old.password(), tokens));
    return secret;
  }

  public synchronized void removeToken(String name, String token) {
    Account old = require(name);
    Map<String, String> tokens = new LinkedHashMap<>(old.tokens());
    if (tokens.remove(token) == null) {
      throw Refusal.missing("User %s has no token %s.".formatted(name, token));
    }
    put(new Account(name, old.role(), old.password(), tokens));
  }

  private static String hash(String password) {
    if (password.length() < Password.SHORTEST || password.length() > Password.LONGEST) {
      throw new IllegalArgumentException(
          "The password has %d characters; give %d to %d."
              .formatted(password.length(), Password.SHORTEST, Password.LONGEST));
    }
    return Password.hash(password);
  }

  private Account require(String name) {
    Account account = accounts.get(name);
    if (account == null) {
      throw Refusal.missing("There is no user %s.".formatted(name));
    }
    return account;
  }

  private void requireAnotherAdmin(Account account) {
    boolean another =
        accounts.values().stream()
            .anyMatch(other -> other.role() == Role.ADMIN && !other.name().equals(account.name()));
    if (account.role() == Role.ADMIN && !another) {
      throw Refusal.conflict(
          "User %s is the only administrator; make another one first.".formatted(account.name()));
    }
  }

  private User put(Account account) {
    Account old = accounts.put(account.name(), account);
    saveOr(
        () -> {
          if (old == null) {
            accounts.remove(account.name());
          } else {
            accounts.put(old.name(), old);
          }
        });
    return user(account);
  }

  private void saveOr(Runnable undo) {
    List<Map<String, Object>> all = new ArrayList<>();
    for (Account account : accounts.values()) {
      Map<String, Object> user = new LinkedHashMap<>();
      user.put("name", account.name());
      user.put("role", account.role().name().toLowerCase(java.util.Locale.ROOT));
      user.put("password", account.password());
      user.put("tokens", account.tokens());
      all.add(user);
    }
    try {
      PrivateFile.write(file, "{\"users\": " + Json.document(all) + "}\n");
    } catch (IOException e) {
      undo.run();
      throw new IllegalStateException(
          "The users cannot be written to %s (%s); nothing is changed.".formatted(file, e), e);
    }
  }
}

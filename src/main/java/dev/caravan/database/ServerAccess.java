package dev.caravan.database;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postgresql.util.PasswordUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who may log in to the embedded server: its superuser by a password, from a file that only the
 * owner of the directory can read; role {@code caravan}, which is no superuser, without one or by a
 * password of its own; everybody else by a password. The files have the form that psql reads.
 */
final class ServerAccess {
  static final String SUPERUSER = "postgres";
  static final String ROLE = "caravan";

  private static final Logger LOG = LoggerFactory.getLogger(ServerAccess.class);
  private static final String FIRST_LINE = "# Written by Caravan at each start.\n";
  private static final Set<PosixFilePermission> OWNER =
      Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
  private static final Pattern LINE = Pattern.compile("^127\\.0\\.0\\.1:\\*:\\*:\\w+:([\\w-]+)$");
  private static final int PASSWORD_BYTES = 32;

  private final Path directory;
  private final Path rules;
  private final boolean ownerOnly;
  private String superuserPassword;
  private String password;
  private boolean settled;

  /**
   * @param data PostgreSQL's own directory below {@code directory}
   * @param ownerOnly whether role caravan needs its password, too
   */
  ServerAccess(Path directory, Path data, boolean ownerOnly) {
    this.directory = directory;
    this.rules = data.resolve("pg_hba.conf");
    this.ownerOnly = ownerOnly;
  }

  /**
   * Reads the passwords, or makes them. What is not settled afterwards has to be told to the
   * server.
   */
  void load() throws IOException {
    Optional<String> superuser = read(SUPERUSER);
    Optional<String> role = read(ROLE);
    settled = superuser.isPresent() && role.isPresent() && rulesAreOurs();
    superuserPassword = superuser.isPresent() ? superuser.get() : write(SUPERUSER);
    password = role.isPresent() ? role.get() : write(ROLE);
  }

  /** Whether the server knows these passwords, as far as the files say. */
  boolean settled() {
    return settled;
  }

  /** The server turned out not to know them. */
  void unsettle() {
    settled = false;
  }

  String superuserPassword() {
    return superuserPassword;
  }

  String password() {
    return password;
  }

  /** A statement that tells the server the superuser's password, which is not in it. */
  String superuserStatement() {
    return statement(SUPERUSER, superuserPassword);
  }

  /** The same for role caravan. */
  String roleStatement() {
    return statement(ROLE, password);
  }

  private static String statement(String role, String password) {
    return "alter role "
        + role
        + " password '"
        + PasswordUtil.encodeScramSha256(password.toCharArray())
        + "'";
  }

  /** Writes who may log in; says whether that is something new. */
  boolean writeRules() throws IOException {
    String wanted = rules(ownerOnly);
    if (wanted.equals(readRules())) {
      return false;
    }
    replace(rules, wanted);
    settled = true;
    return true;
  }

  private boolean rulesAreOurs() throws IOException {
    String found = readRules();
    return found.equals(rules(true)) || found.equals(rules(false));
  }

  private String readRules() throws IOException {
    return Files.exists(rules) ? Files.readString(rules, StandardCharsets.ISO_8859_1) : "";
  }

  private static String rules(boolean ownerOnly) {
    return FIRST_LINE
        + "# What else is to log in needs a password; see docs/security.md.\n"
        + "host caravan caravan 127.0.0.1/32 "
        + (ownerOnly ? "scram-sha-256" : "trust")
        + "\nhost all all 127.0.0.1/32 scram-sha-256\n";
  }

  /** Nothing where there is no file, or one that another user could have read. */
  private Optional<String> read(String role) throws IOException {
    Path file = file(role);
    try {
      if (hasOwners(file) && !OWNER.containsAll(Files.getPosixFilePermissions(file))) {
        LOG.warn("Others could read {}; the password in it is replaced", file);
        return Optional.empty();
      }
      return Files.readString(file, StandardCharsets.ISO_8859_1)
          .lines()
          .map(LINE::matcher)
          .filter(Matcher::matches)
          .map(line -> line.group(1))
          .findFirst();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private String write(String role) throws IOException {
    byte[] random = new byte[PASSWORD_BYTES];
    new SecureRandom().nextBytes(random);
    String made = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    StringBuilder lines = new StringBuilder();
    for (String host : List.of("127.0.0.1", "localhost")) {
      lines.append(host).append(":*:*:").append(role).append(':').append(made).append('\n');
    }
    replace(file(role), lines.toString());
    return made;
  }

  private Path file(String role) {
    return directory.resolve("pgpass." + role);
  }

  /** Whole or not at all, and for the owner alone. */
  private static void replace(Path file, String text) throws IOException {
    // Java gives a temporary file to its owner alone.
    Path written = Files.createTempFile(file.getParent(), ".caravan", ".tmp");
    try (FileChannel channel = FileChannel.open(written, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = StandardCharsets.ISO_8859_1.encode(text);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    } catch (IOException e) {
      Files.deleteIfExists(written);
      throw e;
    }
    Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static boolean hasOwners(Path file) throws IOException {
    return Files.getFileStore(file).supportsFileAttributeView("posix");
  }
}

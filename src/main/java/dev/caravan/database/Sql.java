package dev.caravan.database;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The statements under {@code sql/}: one a file, its guarantee in the first line. */
public final class Sql {
  private static final Map<String, String> LOADED = new ConcurrentHashMap<>();
  private static final Map<String, String> NAMED = new ConcurrentHashMap<>();

  private Sql() {}

  /** The text of {@code sql/<name>.sql}, for example {@code bars/upsert_bars}. */
  public static String load(String name) {
    return LOADED.computeIfAbsent(name, Sql::read);
  }

  /** The same, its parameters written as Spring's NamedParameterJdbcTemplate wants them. */
  public static String named(String name) {
    return NAMED.computeIfAbsent(name, unread -> load(unread).replace(":?", ":"));
  }

  private static String read(String name) {
    String path = "/sql/" + name + ".sql";
    try (InputStream file = Sql.class.getResourceAsStream(path)) {
      if (file == null) {
        throw new IllegalArgumentException("There is no statement " + path);
      }
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

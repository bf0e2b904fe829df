package dev.caravan.database;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postgresql.core.Utils;

/** The statements under {@code sql/}: one a file, its guarantee in the first line. */
public final class Sql {
  private static final Map<String, String> LOADED = new ConcurrentHashMap<>();
  private static final Map<String, String> NAMED = new ConcurrentHashMap<>();

  private static final Pattern PARAMETER = Pattern.compile(":\\?(\\w+)");

  private Sql() {}

  /** The text of {@code sql/<name>.sql}, for example {@code bars/upsert_bars}. */
  public static String load(String name) {
    return LOADED.computeIfAbsent(name, Sql::read);
  }

  /** The same, its parameters written as Spring's NamedParameterJdbcTemplate wants them. */
  public static String named(String name) {
    return NAMED.computeIfAbsent(name, unread -> load(unread).replace(":?", ":"));
  }

  /** The same with its values in it, since a copy and a block take no parameters. */
  public static String filled(String name, Map<String, Object> values) throws SQLException {
    StringBuilder sql = new StringBuilder();
    Matcher parameter = PARAMETER.matcher(load(name));
    while (parameter.find()) {
      parameter.appendReplacement(
          sql, Matcher.quoteReplacement(literal(values.get(parameter.group(1)))));
    }
    return parameter.appendTail(sql).toString();
  }

  private static String literal(Object value) throws SQLException {
    if (value == null) {
      return "null";
    }
    if (value instanceof List<?> list) {
      StringBuilder array = new StringBuilder("array[");
      for (Object each : list) {
        array.append(array.charAt(array.length() - 1) == '[' ? "" : ", ").append(literal(each));
      }
      return array.append(']').toString();
    }
    StringBuilder text = new StringBuilder("'");
    Utils.escapeLiteral(text, value.toString(), true);
    return text.append('\'').toString();
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

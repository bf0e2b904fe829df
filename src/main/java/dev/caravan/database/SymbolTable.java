package dev.caravan.database;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Table {@code symbols} as a person changes it; a Caravan that runs follows the table. */
public final class SymbolTable {
  private final Database database;

  public SymbolTable(Database database) {
    this.database = database;
  }

  /**
   * What became of one symbol.
   *
   * @param yahooSymbol Yahoo's spelling; null for a symbol that is not there
   * @param before the status that it had; null if it was not there
   * @param sources that are asked for it; empty for a symbol that is not there
   * @param unlisted whether Alpaca's newest list is known and does not have it
   */
  public record Outcome(
      String symbol, String yahooSymbol, String before, List<String> sources, boolean unlisted) {}

  /** One row as a person reads it; what is not known is null. */
  public record Row(
      String symbol,
      String yahooSymbol,
      String name,
      String exchange,
      String status,
      String sources,
      String changed,
      String note) {}

  /**
   * Makes each symbol active, whether it is there or not, all in one transaction.
   *
   * @throws DatabaseException where the database cannot be used
   */
  public List<Outcome> add(List<String> symbols) {
    return change("symbols/add_symbols", symbols);
  }

  /**
   * Makes each symbol that is there inactive, all in one transaction; its rows stay.
   *
   * @throws DatabaseException where the database cannot be used
   */
  public List<Outcome> remove(List<String> symbols) {
    return change("symbols/remove_symbols", symbols);
  }

  /**
   * @param status {@code active}, {@code inactive} or {@code all}
   * @throws DatabaseException where the database cannot be used
   */
  public List<Row> list(String status) {
    try (Connection connection = database.connect();
        PreparedStatement select = connection.prepareStatement(Sql.load("symbols/list_symbols"))) {
      select.setString(1, status);
      List<Row> rows = new ArrayList<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          rows.add(
              new Row(
                  row.getString("symbol"),
                  row.getString("yahoo_symbol"),
                  row.getString("name"),
                  row.getString("exchange"),
                  row.getString("status"),
                  row.getString("sources"),
                  row.getString("changed"),
                  row.getString("note")));
        }
      }
      return rows;
    } catch (SQLException e) {
      throw database.failed(e);
    }
  }

  private List<Outcome> change(String statement, List<String> symbols) {
    try (Connection connection = database.connect();
        PreparedStatement change = connection.prepareStatement(Sql.load(statement))) {
      change.setArray(1, connection.createArrayOf("text", symbols.toArray()));
      List<Outcome> outcomes = new ArrayList<>();
      try (ResultSet row = change.executeQuery()) {
        while (row.next()) {
          Array sources = row.getArray("sources");
          outcomes.add(
              new Outcome(
                  row.getString("symbol"),
                  row.getString("yahoo_symbol"),
                  row.getString("before"),
                  sources == null ? List.of() : List.of((String[]) sources.getArray()),
                  row.getBoolean("unlisted")));
        }
      }
      return outcomes;
    } catch (SQLException e) {
      throw database.failed(e);
    }
  }
}

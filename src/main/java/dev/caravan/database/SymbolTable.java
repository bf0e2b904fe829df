package dev.caravan.database;

import dev.caravan.market.answer.RowJson;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

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
      String symbol, String yahooSymbol, String before, List<String> sources, boolean unlisted) {

    /** One row of the statements that add and remove symbols. */
    public static Outcome of(Map<String, Object> row) {
      return of(
          (String) row.get("symbol"),
          (String) row.get("yahoo_symbol"),
          (String) row.get("before"),
          (String) row.get("sources"),
          (Boolean) row.get("unlisted"));
    }

    private static Outcome of(
        String symbol, String yahooSymbol, String before, String sources, boolean unlisted) {
      return new Outcome(
          symbol,
          yahooSymbol,
          before,
          sources == null ? List.of() : List.of(sources.split(",")),
          unlisted);
    }

    /** What became of one that was to be added. */
    public String added() {
      if ("active".equals(before)) {
        return "already there";
      }
      StringBuilder said = new StringBuilder(before == null ? "added" : "active again");
      if (!yahooSymbol.equals(symbol)) {
        said.append(" (Yahoo: ").append(yahooSymbol).append(')');
      }
      if (sources.equals(List.of("yahoo"))) {
        said.append(", of Yahoo alone");
      } else if (unlisted) {
        said.append(", but it is not in Alpaca's newest list: is it spelled correctly?");
      }
      return said.toString();
    }

    /** What became of one that was to be removed; null where it is not there. */
    public String removed() {
      if (before == null) {
        return null;
      }
      return before.equals("inactive") ? "was inactive already" : "inactive now; its rows are kept";
    }
  }

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
        PreparedStatement change =
            connection.prepareStatement(Sql.load(statement).replace(":?symbols", "?"))) {
      change.setString(1, RowJson.json(symbols));
      List<Outcome> outcomes = new ArrayList<>();
      try (ResultSet row = change.executeQuery()) {
        while (row.next()) {
          outcomes.add(
              Outcome.of(
                  row.getString("symbol"),
                  row.getString("yahoo_symbol"),
                  row.getString("before"),
                  row.getString("sources"),
                  row.getBoolean("unlisted")));
        }
      }
      return outcomes;
    } catch (SQLException e) {
      throw database.failed(e);
    }
  }
}

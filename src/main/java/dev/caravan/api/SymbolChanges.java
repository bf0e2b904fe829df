package dev.caravan.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.database.SymbolTable.Outcome;
import dev.caravan.market.SymbolSpelling;
import dev.caravan.market.answer.JsonFields;
import java.util.List;
import java.util.Map;

/** Symbols that a person adds or removes, as the commands do, and what became of each. */
public final class SymbolChanges {
  private static final String SYMBOLS = "symbols";

  /** More are a file, for which there is a command. */
  private static final int MOST = 1000;

  private SymbolChanges() {}

  /**
   * What is sent to have symbols added.
   *
   * @param symbols in Alpaca's spelling or in Yahoo's
   */
  public record NewSymbols(List<String> symbols) {}

  /**
   * The symbols that a person wants to have added.
   *
   * @throws ProblemException where there is none among them
   */
  public static SymbolSpelling wanted(String body) {
    List<String> words = ApiBody.read(body, NewSymbols.class).symbols();
    if (words == null || words.isEmpty() || words.contains(null)) {
      throw Problem.bad(SYMBOLS, "Give an array of symbols, such as [\"AAPL\", \"BRK.B\"].");
    }
    SymbolSpelling read = SymbolSpelling.typed(words);
    if (read.good().size() + read.faults().size() > MOST) {
      throw Problem.bad(
          SYMBOLS,
          "These are too many symbols; send "
              + MOST
              + " at the most, or use the command: symbols add --file FILE.");
    }
    if (read.good().isEmpty()) {
      throw Problem.bad(
          SYMBOLS,
          read.faults().isEmpty() ? "There is no symbol in it." : read.faults().get(0) + ".");
    }
    return read;
  }

  /**
   * The one that a person wants to have removed.
   *
   * @throws ProblemException where it cannot be a symbol
   */
  public static List<String> unwanted(ApiRequest request) {
    SymbolSpelling read =
        SymbolSpelling.typed(List.of((String) request.parameters().get("symbol")));
    if (read.good().size() != 1 || !read.faults().isEmpty()) {
      throw Problem.bad(
          "symbol", read.faults().isEmpty() ? "Give one symbol." : read.faults().get(0) + ".");
    }
    return read.good();
  }

  /** What became of each, those first that are symbols. */
  public static String addedJson(List<Map<String, Object>> rows, SymbolSpelling wanted) {
    ArrayNode all = JsonFields.mapper().createArrayNode();
    for (Map<String, Object> row : rows) {
      Outcome outcome = Outcome.of(row);
      String word =
          outcome.before() == null
              ? "added"
              : outcome.before().equals("active") ? "known" : "reactivated";
      all.add(json(outcome, word, outcome.added()).put("unlisted", outcome.unlisted()));
    }
    for (String fault : wanted.faults()) {
      all.addObject()
          .putNull("symbol")
          .put("outcome", "misspelt")
          .put("detail", fault)
          .put("unlisted", false);
    }
    return all.toString();
  }

  /**
   * @throws ProblemException where there is no such symbol
   */
  public static String removedJson(List<Map<String, Object>> rows) {
    Outcome outcome = Outcome.of(rows.get(0));
    if (outcome.removed() == null) {
      throw Problem.missing("There is no symbol " + outcome.symbol() + ".");
    }
    return json(
            outcome,
            outcome.before().equals("inactive") ? "inactive" : "removed",
            outcome.removed())
        .toString();
  }

  private static ObjectNode json(Outcome outcome, String word, String detail) {
    return JsonFields.mapper()
        .createObjectNode()
        .put("symbol", outcome.symbol())
        .put("outcome", word)
        .put("detail", detail);
  }
}

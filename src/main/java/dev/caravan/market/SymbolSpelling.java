package dev.caravan.market;

import dev.caravan.market.answer.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Symbols as people type them: many a line, separated by blanks, commas or semicolons, in either
 * spelling and any case; what follows a # is a comment.
 *
 * @param good in upper case and in the order typed, each once
 * @param faults what is wrong with the others, one line each
 */
public record SymbolSpelling(List<String> good, List<String> faults) {
  /** What stands in table {@code symbols}, and can be asked for in an address. */
  private static final Pattern SYMBOL = Pattern.compile("\\^?[A-Z0-9][A-Z0-9.=-]{0,30}");

  private static final Pattern SEPARATORS = Pattern.compile("[\\s,;]+");

  public SymbolSpelling {
    good = List.copyOf(good);
    faults = List.copyOf(faults);
  }

  /** Words of a command line. */
  public static SymbolSpelling typed(List<String> words) {
    return read(words, null);
  }

  /**
   * Lines of a file.
   *
   * @param file its name, for the messages
   */
  public static SymbolSpelling lines(List<String> lines, String file) {
    return read(lines, file);
  }

  /** The symbols of both, each once. */
  public SymbolSpelling and(SymbolSpelling other) {
    List<String> all = new ArrayList<>(good);
    all.addAll(other.good);
    List<String> wrong = new ArrayList<>(faults);
    wrong.addAll(other.faults);
    return new SymbolSpelling(all.stream().distinct().toList(), wrong);
  }

  private static SymbolSpelling read(List<String> lines, String file) {
    List<String> good = new ArrayList<>();
    List<String> faults = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      // Editors put a mark at the beginning of a file that nobody sees.
      String line = lines.get(i).replace("\uFEFF", "").replaceFirst("#.*", "");
      for (String word : SEPARATORS.split(line)) {
        // Spreadsheets quote what they export.
        String bare = word.replaceAll("^\"|\"$", "");
        String symbol = bare.toUpperCase(Locale.ROOT);
        if (SYMBOL.matcher(symbol).matches()) {
          good.add(symbol);
        } else if (!bare.isEmpty()) {
          faults.add((file == null ? "" : file + ", line " + (i + 1) + ": ") + fault(bare));
        }
      }
    }
    return new SymbolSpelling(good.stream().distinct().toList(), faults);
  }

  private static String fault(String word) {
    String hint =
        word.contains("/")
            ? "; a share class is written BRK.B, a pair of currencies as Yahoo does: BTC-USD"
            : "";
    return "'"
        + Text.oneLine(word, 40)
        + "' is not a symbol: up to 32 letters, digits, . - and = are allowed, and a leading ^ for an index"
        + hint;
  }
}

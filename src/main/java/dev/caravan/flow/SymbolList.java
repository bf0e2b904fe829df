package dev.caravan.flow;

import java.util.List;

/** Symbols as routes hand them on: separated by commas, which no symbol contains. */
public final class SymbolList {
  private SymbolList() {}

  public static List<String> list(String symbols) {
    return symbols == null || symbols.isEmpty() ? List.of() : List.of(symbols.split(","));
  }
}

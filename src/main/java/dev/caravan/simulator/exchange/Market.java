package dev.caravan.simulator.exchange;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** All instruments of the simulated exchange, made on demand, and what was injected into them. */
public final class Market {
  private final Map<String, FilePrices> files;
  private final TradingDays days;
  private final ListedSymbols listed;
  private final Map<String, Instrument> instruments = new ConcurrentHashMap<>();
  private final Map<String, List<Split>> splits = new ConcurrentHashMap<>();
  private final Map<String, List<Halt>> halts = new ConcurrentHashMap<>();
  private final Map<String, List<CurrencyChange>> currencies = new ConcurrentHashMap<>();

  /**
   * @throws IllegalArgumentException if the folder has no price files, or a malformed one
   */
  public Market(Optional<Path> folder, TradingDays days, ListedSymbols listed) {
    this.days = days;
    this.listed = listed;
    this.files = folder.map(FilePrices::in).orElse(Map.of());
  }

  /** The instrument of a symbol in Yahoo's spelling, or empty if Yahoo does not know it. */
  public Optional<Instrument> yahoo(String symbol) {
    return Listing.existsAtYahoo(symbol) ? Optional.of(instrument(symbol)) : Optional.empty();
  }

  /** The instrument of a symbol in Alpaca's spelling, or empty if Alpaca does not know it. */
  public Optional<Instrument> alpaca(String symbol) {
    return Listing.existsAtAlpaca(symbol)
        ? Optional.of(instrument(Listing.yahooSpelling(symbol)))
        : Optional.empty();
  }

  public void add(Split split) {
    add(splits, split.symbol(), split, Comparator.comparing(Split::date));
  }

  public void add(Halt halt) {
    add(halts, halt.symbol(), halt, Comparator.comparing(Halt::from));
  }

  public void add(CurrencyChange change) {
    add(currencies, change.symbol(), change, Comparator.comparing(CurrencyChange::from));
  }

  private <T> void add(Map<String, List<T>> all, String symbol, T one, Comparator<T> byDate) {
    String yahoos = Listing.existsAtAlpaca(symbol) ? Listing.yahooSpelling(symbol) : symbol;
    all.merge(
        company(yahoos),
        List.of(one),
        (known, added) -> Stream.concat(known.stream(), added.stream()).sorted(byDate).toList());
  }

  private Instrument instrument(String symbol) {
    return instruments.computeIfAbsent(symbol, this::create);
  }

  private Instrument create(String symbol) {
    Venue venue = Venue.of(symbol).with(days);
    String company = company(symbol);
    DailyPrices recorded = venue.isUsShare() ? files.get(Listing.alpacaSpelling(company)) : null;
    DailyPrices all = recorded == null ? new MadeUpPrices(company, venue) : recorded;
    DailyPrices traded = new HaltedPrices(all, () -> halts.getOrDefault(company, List.of()));
    DailyPrices open = venue.newYork() ? new OpenDays(traded, days) : traded;
    DailyPrices prices =
        listed
            .end(Listing.alpacaSpelling(symbol))
            .<DailyPrices>map(end -> new EndedPrices(open, end))
            .orElse(open);
    return new Instrument(
        symbol,
        company,
        venue,
        prices,
        () -> splits.getOrDefault(company, List.of()),
        () -> currencies.getOrDefault(company, List.of()));
  }

  /** Whose prices a symbol has, both in Yahoo's spelling. */
  private String company(String symbol) {
    return Listing.existsAtAlpaca(Listing.alpacaSpelling(symbol))
        ? Listing.yahooSpelling(listed.company(Listing.alpacaSpelling(symbol)))
        : symbol;
  }
}

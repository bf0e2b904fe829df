package dev.caravan.simulator;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** All instruments of the simulated exchange, made on demand, and the splits injected into them. */
final class Market {
  private final Map<String, FilePrices> files;
  private final TradingDays days;
  private final ListedSymbols listed;
  private final Map<String, Instrument> instruments = new ConcurrentHashMap<>();
  private final Map<String, List<Split>> splits = new ConcurrentHashMap<>();

  /**
   * @throws IllegalArgumentException if the folder has no price files, or a malformed one
   */
  Market(Optional<Path> folder, TradingDays days, ListedSymbols listed) {
    this.days = days;
    this.listed = listed;
    this.files = folder.map(FilePrices::in).orElse(Map.of());
  }

  /** The instrument of a symbol in Yahoo's spelling, or empty if Yahoo does not know it. */
  Optional<Instrument> yahoo(String symbol) {
    return Listing.existsAtYahoo(symbol) ? Optional.of(instrument(symbol)) : Optional.empty();
  }

  /** The instrument of a symbol in Alpaca's spelling, or empty if Alpaca does not know it. */
  Optional<Instrument> alpaca(String symbol) {
    return Listing.existsAtAlpaca(symbol)
        ? Optional.of(instrument(Listing.yahooSpelling(symbol)))
        : Optional.empty();
  }

  void add(Split split) {
    String symbol =
        Listing.existsAtAlpaca(split.symbol())
            ? Listing.yahooSpelling(split.symbol())
            : split.symbol();
    splits.merge(
        company(symbol),
        List.of(split),
        (known, added) ->
            Stream.concat(known.stream(), added.stream())
                .sorted(Comparator.comparing(Split::date))
                .toList());
  }

  private Instrument instrument(String symbol) {
    return instruments.computeIfAbsent(symbol, this::create);
  }

  private Instrument create(String symbol) {
    Venue venue = Venue.of(symbol).with(days);
    String company = company(symbol);
    DailyPrices recorded = venue.isUsShare() ? files.get(company.replace('-', '.')) : null;
    DailyPrices all = recorded == null ? new MadeUpPrices(company, venue) : recorded;
    DailyPrices open = venue.newYork() ? new OpenDays(all, days) : all;
    DailyPrices prices =
        listed
            .end(symbol.replace('-', '.'))
            .<DailyPrices>map(end -> new EndedPrices(open, end))
            .orElse(open);
    return new Instrument(
        symbol, company, venue, prices, () -> splits.getOrDefault(company, List.of()));
  }

  /** Whose prices a symbol has, both in Yahoo's spelling. */
  private String company(String symbol) {
    return Listing.existsAtAlpaca(symbol.replace('-', '.'))
        ? Listing.yahooSpelling(listed.company(symbol.replace('-', '.')))
        : symbol;
  }
}

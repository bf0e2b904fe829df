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
  private final Map<String, Instrument> instruments = new ConcurrentHashMap<>();
  private final Map<String, List<Split>> splits = new ConcurrentHashMap<>();

  /**
   * @throws IllegalArgumentException if the folder has no price files, or a malformed one
   */
  Market(Optional<Path> folder) {
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
        symbol,
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
    Venue venue = Venue.of(symbol);
    DailyPrices recorded = venue.isUsShare() ? files.get(symbol.replace('-', '.')) : null;
    DailyPrices prices = recorded == null ? new MadeUpPrices(symbol, venue) : recorded;
    return new Instrument(symbol, venue, prices, () -> splits.getOrDefault(symbol, List.of()));
  }
}

package dev.caravan.simulator.exchange;

import dev.caravan.market.MarketCalendar;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Daily bars of one CSV file with the columns {@code date,open,high,low,close,volume} (more may
 * follow), dates as {@code 2026-11-20}. The values are served exactly as they stand in the file.
 */
final class FilePrices implements DailyPrices {
  private static final String HEADER = "date,open,high,low,close,volume";
  private static final List<String> SUBFOLDERS = List.of("daily-sp500-5y", "lean/daily");
  private static final long SHARES_OF_A_TRADE = 100;

  private final NavigableMap<LocalDate, PriceBar> bars;

  private FilePrices(NavigableMap<LocalDate, PriceBar> bars) {
    this.bars = bars;
  }

  /**
   * The prices of a folder, and of the folders {@code daily-sp500-5y} and {@code lean/daily} in it,
   * by symbol in Alpaca's spelling: {@code aapl.csv} is AAPL. Of two files for one symbol the one
   * found first counts, in the order of the folders above.
   *
   * @throws IllegalArgumentException if the folder has no such file, or a file is malformed; the
   *     message says what to do
   */
  static Map<String, FilePrices> in(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new IllegalArgumentException(
          "The price folder " + folder + " does not exist: give --ohlcv a folder of CSV files");
    }
    Map<String, Path> files = new HashMap<>();
    Stream.concat(Stream.of(folder), SUBFOLDERS.stream().map(folder::resolve))
        .filter(Files::isDirectory)
        .flatMap(FilePrices::csvFiles)
        .forEach(file -> files.putIfAbsent(symbolOf(file), file));
    if (files.isEmpty()) {
      throw new IllegalArgumentException(
          "The price folder "
              + folder
              + " has no CSV file with the header "
              + HEADER
              + ": name the files by their symbols, such as AAPL.csv");
    }
    Map<String, FilePrices> prices = new HashMap<>();
    files.forEach((symbol, file) -> prices.put(symbol, read(file)));
    return prices;
  }

  /** Reads one file. */
  static FilePrices read(Path file) {
    NavigableMap<LocalDate, PriceBar> bars = new TreeMap<>();
    List<String> lines = lines(file);
    for (int i = 1; i < lines.size(); i++) {
      if (!lines.get(i).isBlank()) {
        try {
          put(bars, lines.get(i).split(","));
        } catch (DateTimeParseException
            | NumberFormatException
            | ArrayIndexOutOfBoundsException malformed) {
          throw new IllegalArgumentException(
              "Line "
                  + (i + 1)
                  + " of "
                  + file
                  + " is not "
                  + HEADER
                  + ": correct it or take the file away",
              malformed);
        }
      }
    }
    return new FilePrices(bars);
  }

  @Override
  public List<LocalDate> dates(LocalDate from, LocalDate to) {
    return from.isAfter(to) ? List.of() : List.copyOf(bars.subMap(from, true, to, true).keySet());
  }

  @Override
  public Optional<PriceBar> bar(LocalDate date) {
    return Optional.ofNullable(bars.get(date));
  }

  @Override
  public boolean recorded() {
    return true;
  }

  private static void put(Map<LocalDate, PriceBar> bars, String[] fields) {
    LocalDate date = LocalDate.parse(fields[0].strip());
    long volume = Math.round(Double.parseDouble(fields[5]));
    bars.put(
        date,
        PriceBar.of(
            date.atStartOfDay(MarketCalendar.NEW_YORK).toInstant(),
            Double.parseDouble(fields[1]),
            Double.parseDouble(fields[2]),
            Double.parseDouble(fields[3]),
            Double.parseDouble(fields[4]),
            volume,
            Math.max(1, volume / SHARES_OF_A_TRADE)));
  }

  private static Stream<Path> csvFiles(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".csv"))
          .filter(FilePrices::hasHeader)
          .sorted()
          .toList()
          .stream();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static boolean hasHeader(Path file) {
    List<String> lines = lines(file);
    return !lines.isEmpty() && lines.get(0).startsWith(HEADER);
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException unreadable) {
      throw new IllegalArgumentException(
          "The price file " + file + " cannot be read: check that it is text and readable",
          unreadable);
    }
  }

  private static String symbolOf(Path file) {
    String name = file.getFileName().toString();
    return name.substring(0, name.length() - ".csv".length()).toUpperCase(Locale.ROOT);
  }
}

package dev.caravan.stream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What is wanted of the stream, what the server delivers, and which request leads from one to the
 * other. Protocol state alone: it sends and stores nothing. All methods may be called from any
 * thread.
 *
 * <p>One request is under way at a time, since an error does not say which request it answers. A
 * request that is refused because of too many symbols is tried again in parts, until what is left
 * over is a single symbol, so that a small plan delivers as much as it can.
 *
 * <p>Source of the rules: reference alpaca-stream, sections 2, 3 and 5.
 */
public final class Subscriptions {
  /** An official client keeps its frames below 32,768 bytes, as a server may refuse longer ones. */
  private static final int LONGEST_MESSAGE = 30_000;

  private static final ObjectMapper JSON = new ObjectMapper();

  /** The channels that count into the limit of symbols (reference alpaca-stream, section 3). */
  private static final Set<String> LIMITED = Set.of("trades", "quotes");

  private static final String REFUSED =
      "the server refused the subscription: more symbols than the plan delivers (405), or none it knows (400)";

  /** The channel with the most rows, which is left out first where there is no room for them. */
  private static final String QUOTES = "quotes";

  /**
   * What the ledger owes. Day bars so far, sent each minute, are read again in the evening.
   *
   * @param timeframe of the rows; - where they have none
   * @param channels that deliver it: the first of them that is wanted tells whether it is delivered
   */
  private record Owed(String dataset, String timeframe, List<String> channels) {}

  /** Alpaca sends corrections and cancels with trades, whether they were asked for or not. */
  private static final List<Owed> LEDGER =
      List.of(
          new Owed("trades", "-", List.of("trades")),
          new Owed("bars", "1Min", List.of("bars", "updatedBars")),
          new Owed("quotes", "-", List.of("quotes")),
          new Owed("corrections", "-", List.of("trades", "corrections", "cancelErrors")),
          new Owed("statuses", "-", List.of("statuses")),
          new Owed("lulds", "-", List.of("lulds")));

  private List<String> channels = List.of();
  private final Set<String> wanted = new TreeSet<>();
  private final Map<String, Set<String>> held = new TreeMap<>();
  private final Map<String, Set<String>> refused = new TreeMap<>();
  private final Map<String, Set<String>> kept = new TreeMap<>();

  /** What was refused and is not wanted any more: the server is told, so that it answers. */
  private final Map<String, Set<String>> lapsed = new TreeMap<>();

  private final Deque<Request> requests = new ArrayDeque<>();
  private Request underWay;
  private boolean ready;

  /** Why no quotes are wanted for now, or null. */
  private String withoutQuotes;

  /** A message to the server, as the symbols of each channel. */
  private record Request(String action, Map<String, List<String>> symbols) {
    String text() {
      ObjectNode message = JSON.createObjectNode().put("action", action);
      symbols.forEach((channel, names) -> names.forEach(message.withArray(channel)::add));
      return message.toString();
    }

    /** First the channels that are limited apart from the others, then halves. */
    List<Request> parts() {
      Request limited = only(LIMITED, true);
      Request others = only(LIMITED, false);
      if (!limited.symbols.isEmpty() && !others.symbols.isEmpty()) {
        return List.of(others, limited);
      }
      int most = symbols.values().stream().mapToInt(List::size).max().orElse(0);
      return most < 2 ? List.of() : List.of(half(true), half(false));
    }

    private Request only(Set<String> some, boolean these) {
      Map<String, List<String>> left = new LinkedHashMap<>(symbols);
      left.keySet().removeIf(channel -> some.contains(channel) != these);
      return new Request(action, left);
    }

    private Request half(boolean first) {
      Map<String, List<String>> half = new LinkedHashMap<>();
      symbols.forEach(
          (channel, names) -> {
            int middle = (names.size() + 1) / 2;
            List<String> part =
                first ? names.subList(0, middle) : names.subList(middle, names.size());
            if (!part.isEmpty()) {
              half.put(channel, part);
            }
          });
      return new Request(action, half);
    }
  }

  /** The channels that are wanted of every symbol, separated by commas. */
  public synchronized void setChannels(String list) {
    channels = Stream.of(list.split(",")).map(String::strip).toList();
  }

  /** A new connection holds nothing. */
  public synchronized void connected() {
    held.clear();
    refused.clear();
    kept.clear();
    lapsed.clear();
    requests.clear();
    underWay = null;
    ready = false;
  }

  /** The server knows us: from now on it can be asked. */
  public synchronized void authenticated() {
    ready = true;
  }

  /**
   * These symbols are wanted.
   *
   * @param rows each with a column {@code symbol}
   */
  public synchronized void want(Collection<Map<String, Object>> rows) {
    Set<String> symbols = new TreeSet<>();
    rows.forEach(row -> symbols.add(String.valueOf(row.get("symbol"))));
    if (!symbols.containsAll(wanted)) {
      refused.forEach(
          (channel, names) ->
              names.stream()
                  .filter(name -> !symbols.contains(name))
                  .forEach(
                      name -> lapsed.computeIfAbsent(channel, any -> new TreeSet<>()).add(name)));
      // There is room again for what was too much.
      refused.clear();
    }
    wanted.clear();
    wanted.addAll(symbols);
  }

  /**
   * Leaves out the quotes, which stay owed; null takes them again.
   *
   * @param reason for the ledger
   */
  public synchronized void withoutQuotes(String reason) {
    withoutQuotes = reason;
  }

  /**
   * The next message to the server; null while one is under way, or where all is as it should be.
   */
  public synchronized String next() {
    if (!ready || underWay != null) {
      return null;
    }
    if (requests.isEmpty()) {
      plan();
    }
    underWay = requests.poll();
    return underWay == null ? null : underWay.text();
  }

  /** The server states the whole set that it delivers now. */
  public synchronized void answered(String subscription) throws JsonProcessingException {
    Request answered = underWay;
    underWay = null;
    held.clear();
    JSON.readTree(subscription)
        .properties()
        .forEach(
            channel -> {
              if (channel.getValue().isArray()) {
                Set<String> symbols = new TreeSet<>();
                for (JsonNode symbol : channel.getValue()) {
                  symbols.add(symbol.asText());
                }
                held.put(channel.getKey(), symbols);
              }
            });
    if (answered != null) {
      // What the server passed over without a word would be asked for again and again.
      boolean more = answered.action.equals("subscribe");
      answered.symbols.forEach(
          (channel, names) -> {
            Set<String> there = symbolsHeld(channel);
            for (String name : names) {
              if (there.contains(name) != more) {
                (more ? refused : kept).computeIfAbsent(channel, any -> new TreeSet<>()).add(name);
              }
            }
          });
    }
  }

  /** The request that is under way was refused as a whole, and what was held stays as it was. */
  public synchronized void refused() {
    if (underWay == null) {
      return;
    }
    List<Request> parts = underWay.parts();
    if (parts.isEmpty()) {
      underWay.symbols.forEach(
          (channel, names) ->
              refused.computeIfAbsent(channel, any -> new TreeSet<>()).addAll(names));
    }
    for (int i = parts.size() - 1; i >= 0; i--) {
      requests.addFirst(parts.get(i));
    }
    underWay = null;
  }

  /** Whether the server delivers all that is wanted and not refused. */
  public synchronized boolean settled() {
    return ready && underWay == null && requests.isEmpty() && missing().isEmpty();
  }

  /**
   * What is delivered, as rows {@code dataset, timeframe, symbol} of the datasets with a ledger.
   */
  public synchronized String heldRows() {
    return json(rows(channel -> symbolsHeld(channel), null));
  }

  /**
   * What the server refuses, and what is left out, as rows like {@link #heldRows()} with a {@code
   * reason}.
   */
  public synchronized String refusedRows() {
    List<Map<String, String>> rows =
        rows(channel -> refused.getOrDefault(channel, Set.of()), REFUSED);
    if (withoutQuotes != null) {
      Set<String> left = new TreeSet<>(wanted);
      left.removeAll(symbolsHeld(QUOTES));
      rows.addAll(rows(channel -> channel.equals(QUOTES) ? left : Set.of(), withoutQuotes));
    }
    return json(rows);
  }

  public synchronized boolean anyRefused() {
    return !refused.isEmpty();
  }

  /** The datasets with a ledger that are wanted, as rows {@code dataset, timeframe}. */
  public synchronized String datasets() {
    return json(
        owed().stream()
            .map(owed -> Map.of("dataset", owed.dataset, "timeframe", owed.timeframe))
            .toList());
  }

  private List<Owed> owed() {
    return LEDGER.stream().filter(owed -> channel(owed) != null).toList();
  }

  /** The channel that stands for what is owed; null where none of it is wanted. */
  private String channel(Owed owed) {
    return owed.channels.stream().filter(channels::contains).findFirst().orElse(null);
  }

  /** One line for the log: how many symbols of each channel. */
  public synchronized String summary() {
    List<String> parts = new ArrayList<>();
    held.forEach(
        (channel, symbols) -> {
          if (channels.contains(channel)) {
            parts.add(channel + " " + (symbols.contains("*") ? "of all" : symbols.size()));
          }
        });
    refused.forEach((channel, symbols) -> parts.add("refused " + channel + " " + symbols.size()));
    return parts.isEmpty() ? "nothing" : String.join(", ", parts);
  }

  private void plan() {
    Map<String, Set<String>> gone = new TreeMap<>();
    for (String channel : channels) {
      for (String symbol : held.getOrDefault(channel, Set.of())) {
        boolean stays = kept.getOrDefault(channel, Set.of()).contains(symbol);
        if (!isWanted(channel, symbol) && !symbol.equals("*") && !stays) {
          gone.computeIfAbsent(symbol, any -> new TreeSet<>()).add(channel);
        }
      }
    }
    // The ledger follows the answers, and would go on waiting for what has lapsed.
    lapsed.forEach(
        (channel, symbols) ->
            symbols.stream()
                .filter(symbol -> !wanted.contains(symbol))
                .forEach(
                    symbol -> gone.computeIfAbsent(symbol, any -> new TreeSet<>()).add(channel)));
    lapsed.clear();
    // First what is no longer wanted, which makes room.
    add("unsubscribe", gone);
    add("subscribe", missing());
  }

  private boolean isWanted(String channel, String symbol) {
    return wanted.contains(symbol) && (withoutQuotes == null || !channel.equals(QUOTES));
  }

  /** The channels that are missing of each symbol. */
  private Map<String, Set<String>> missing() {
    Map<String, Set<String>> missing = new TreeMap<>();
    for (String channel : channels) {
      Set<String> there = held.getOrDefault(channel, Set.of());
      Set<String> never = refused.getOrDefault(channel, Set.of());
      for (String symbol : wanted) {
        if (isWanted(channel, symbol)
            && !there.contains(symbol)
            && !there.contains("*")
            && !never.contains(symbol)) {
          missing.computeIfAbsent(symbol, any -> new TreeSet<>()).add(channel);
        }
      }
    }
    return missing;
  }

  /** Symbols that lack the same channels go together, as many as a message may hold. */
  private void add(String action, Map<String, Set<String>> channelsOf) {
    Map<Set<String>, List<String>> alike = new LinkedHashMap<>();
    channelsOf.forEach(
        (symbol, lacking) -> alike.computeIfAbsent(lacking, any -> new ArrayList<>()).add(symbol));
    alike.forEach(
        (lacking, symbols) -> {
          List<String> part = new ArrayList<>();
          int length = 0;
          for (String symbol : symbols) {
            int more = lacking.size() * (symbol.length() + 3);
            if (length + more > LONGEST_MESSAGE && !part.isEmpty()) {
              requests.add(request(action, lacking, part));
              part = new ArrayList<>();
              length = 0;
            }
            part.add(symbol);
            length += more;
          }
          requests.add(request(action, lacking, part));
        });
  }

  private Request request(String action, Set<String> lacking, List<String> symbols) {
    Map<String, List<String>> request = new LinkedHashMap<>();
    for (String channel : channels) {
      if (lacking.contains(channel)) {
        request.put(channel, symbols);
      }
    }
    return new Request(action, request);
  }

  private Set<String> symbolsHeld(String channel) {
    Set<String> symbols = held.getOrDefault(channel, Set.of());
    return symbols.contains("*") ? wanted : symbols;
  }

  private interface SymbolsOf {
    Set<String> of(String channel);
  }

  private List<Map<String, String>> rows(SymbolsOf symbols, String reason) {
    List<Map<String, String>> rows = new ArrayList<>();
    for (Owed owed : owed()) {
      for (String symbol : symbols.of(channel(owed))) {
        Map<String, String> row = new LinkedHashMap<>();
        row.put("dataset", owed.dataset);
        row.put("timeframe", owed.timeframe);
        row.put("symbol", symbol);
        if (reason != null) {
          row.put("reason", reason);
        }
        rows.add(row);
      }
    }
    return rows;
  }

  private static String json(Object rows) {
    try {
      return JSON.writeValueAsString(rows);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}

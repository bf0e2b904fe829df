package dev.caravan.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubscriptionsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LONGEST_FRAME = 32_768;

  private final Subscriptions subscriptions = new Subscriptions();
  private final Server server = new Server();

  SubscriptionsTest() {
    subscriptions.setChannels("trades, bars");
  }

  @Test
  void nothingIsAskedBeforeTheServerKnowsUs() throws Exception {
    want("AAPL");
    assertThat(subscriptions.next()).isNull();
    assertThat(subscriptions.settled()).isFalse();
    subscriptions.authenticated();
    assertThat(next()).isEqualTo("{action=subscribe, trades=[AAPL], bars=[AAPL]}");
  }

  @Test
  void everyChannelOfEverySymbolIsAskedForAtOnce() throws Exception {
    begin("MSFT", "AAPL");

    assertThat(next()).isEqualTo("{action=subscribe, trades=[AAPL, MSFT], bars=[AAPL, MSFT]}");
  }

  @Test
  void oneRequestIsUnderWayAtATime() throws Exception {
    begin("AAPL");
    next();
    want("AAPL", "MSFT");

    assertThat(subscriptions.next()).isNull();
    answered("{'T':'subscription','trades':['AAPL'],'bars':['AAPL']}");
    assertThat(next()).isEqualTo("{action=subscribe, trades=[MSFT], bars=[MSFT]}");
  }

  @Test
  void whereAllIsAsItShouldBeNothingIsAsked() throws Exception {
    begin("AAPL");
    settle();

    assertThat(subscriptions.next()).isNull();
    assertThat(subscriptions.settled()).isTrue();
    want("AAPL");
    assertThat(subscriptions.next()).isNull();
  }

  @Test
  void aChangeOfSymbolsAsksForTheDifferenceAndFirstMakesRoom() throws Exception {
    begin("AAPL", "IBM", "MSFT");
    settle();
    server.requests.clear();
    want("AAPL", "MSFT", "TSLA");
    settle();

    assertThat(server.requests)
        .containsExactly(
            "{action=unsubscribe, trades=[IBM], bars=[IBM]}",
            "{action=subscribe, trades=[TSLA], bars=[TSLA]}");
    assertThat(server.held.get("trades")).containsExactly("AAPL", "MSFT", "TSLA");
    assertThat(server.held.get("bars")).containsExactly("AAPL", "MSFT", "TSLA");
  }

  @Test
  void onlyTheChannelThatIsMissingIsAskedFor() throws Exception {
    begin("AAPL", "MSFT");
    next();
    answered("{'T':'subscription','trades':['AAPL','MSFT'],'bars':['AAPL','MSFT']}");
    // As a server that dropped something would say with its next answer.
    want("AAPL", "MSFT", "TSLA");
    next();
    answered("{'T':'subscription','trades':['AAPL','MSFT','TSLA'],'bars':['MSFT','TSLA']}");

    assertThat(next()).isEqualTo("{action=subscribe, bars=[AAPL]}");
  }

  @Test
  void theOrderOfTheAnswerAndEmptyListsAndImpliedChannelsDoNotMatter() throws Exception {
    begin("AAPL", "MSFT");
    next();
    answered(
        "{'T':'subscription','quotes':[],'corrections':['AAPL','MSFT'],'cancelErrors':['AAPL'],"
            + "'bars':['MSFT','AAPL'],'trades':['MSFT','AAPL']}");

    assertThat(subscriptions.settled()).isTrue();
    assertThat(subscriptions.next()).isNull();
    assertThat(subscriptions.summary()).isEqualTo("bars 2, trades 2");
    want("MSFT");
    assertThat(next()).isEqualTo("{action=unsubscribe, trades=[AAPL], bars=[AAPL]}");
  }

  @Test
  void aBareSubscriptionMeansThatNothingIsDelivered() throws Exception {
    begin("AAPL");
    settle();
    want();
    assertThat(next()).isEqualTo("{action=unsubscribe, trades=[AAPL], bars=[AAPL]}");
    answered("{'T':'subscription'}");

    assertThat(subscriptions.heldRows()).isEqualTo("[]");
    assertThat(subscriptions.next()).isNull();
    assertThat(subscriptions.settled()).isTrue();
    assertThat(subscriptions.summary()).isEqualTo("nothing");
  }

  @Test
  void tenThousandSymbolsGoInMessagesBelowTheServersLimit() throws Exception {
    subscriptions.setChannels("trades,quotes,bars,updatedBars,dailyBars,statuses,lulds");
    String[] symbols = IntStream.range(0, 10_000).mapToObj(i -> "SYM" + i).toArray(String[]::new);
    begin(symbols);
    settle();

    assertThat(server.lengths).hasSizeGreaterThan(10).allMatch(length -> length < LONGEST_FRAME);
    for (String channel : List.of("trades", "quotes", "bars", "lulds")) {
      assertThat(server.held.get(channel)).containsExactlyInAnyOrder(symbols);
    }
    server.lengths.clear();
    want();
    settle();
    assertThat(server.lengths).allMatch(length -> length < LONGEST_FRAME);
    assertThat(server.held.get("trades")).isEmpty();
  }

  @Test
  void ofTooManySymbolsAsManyAreDeliveredAsThePlanAllowsAndAllBars() throws Exception {
    server.limit = 30;
    String[] symbols = IntStream.range(10, 60).mapToObj(i -> "S" + i).toArray(String[]::new);
    begin(symbols);
    settle();

    assertThat(server.held.get("trades")).hasSize(30);
    assertThat(server.held.get("bars")).containsExactly(symbols);
    assertThat(subscriptions.settled()).isTrue();
    assertThat(subscriptions.anyRefused()).isTrue();
    assertThat(subscriptions.summary()).isEqualTo("bars 50, trades 30, refused trades 20");
    Set<String> both = new TreeSet<>(server.held.get("trades"));
    assertThat(rows(subscriptions.refusedRows()))
        .hasSize(40)
        .allMatch(row -> row.startsWith("trades - ") || row.startsWith("corrections - "));
    rows(subscriptions.refusedRows()).stream()
        .filter(row -> row.startsWith("trades - "))
        .forEach(row -> both.add(row.substring("trades - ".length())));
    assertThat(both).containsExactly(symbols);
  }

  @Test
  void whatWasRefusedIsNotAskedForAgainUntilASymbolGoes() throws Exception {
    server.limit = 2;
    begin("A", "B", "C");
    settle();
    assertThat(rows(subscriptions.refusedRows())).containsExactly("trades - C", "corrections - C");
    server.requests.clear();

    want("A", "B", "C");
    settle();
    want("A", "B", "C", "D");
    settle();
    assertThat(server.requests).noneMatch(request -> request.contains("C"));
    assertThat(rows(subscriptions.refusedRows()))
        .containsExactly("trades - C", "trades - D", "corrections - C", "corrections - D");

    want("B", "C", "D");
    settle();
    assertThat(server.held.get("trades")).hasSize(2).contains("B");
    assertThat(rows(subscriptions.refusedRows())).hasSize(2);
  }

  @Test
  void aRefusedSymbolThatIsNoLongerWantedIsNotRefusedAnyMoreAndTheServerSaysWhatItDelivers()
      throws Exception {
    server.limit = 1;
    begin("A", "B");
    settle();
    assertThat(rows(subscriptions.refusedRows())).containsExactly("trades - B", "corrections - B");
    server.requests.clear();

    want("A");
    settle();
    // The ledger follows the server's answers, so there has to be one.
    assertThat(server.requests).isNotEmpty();
    assertThat(subscriptions.refusedRows()).isEqualTo("[]");
    assertThat(subscriptions.anyRefused()).isFalse();
  }

  @Test
  void aServerThatPassesASymbolOverIsNotAskedForItForEver() throws Exception {
    server.deaf.add("B");
    begin("A", "B");
    settle();

    assertThat(server.requests).hasSize(1);
    assertThat(rows(subscriptions.refusedRows()))
        .containsExactly("trades - B", "bars 1Min B", "corrections - B");
    assertThat(subscriptions.settled()).isTrue();
  }

  @Test
  void aServerThatGoesOnDeliveringWhatIsNotWantedIsNotAskedForEver() throws Exception {
    begin("A", "B");
    settle();
    server.requests.clear();
    server.deaf.add("B");
    want("A");
    settle();

    assertThat(server.requests).hasSize(1);
    assertThat(subscriptions.settled()).isTrue();
  }

  @Test
  void aRefusalWithoutARequestChangesNothing() throws Exception {
    begin("A");
    settle();
    subscriptions.refused();

    assertThat(subscriptions.settled()).isTrue();
    assertThat(subscriptions.anyRefused()).isFalse();
  }

  @Test
  void anAnswerThatNobodyAskedForIsTheTruth() throws Exception {
    begin("A");
    settle();
    answered("{'T':'subscription','bars':['A']}");

    assertThat(rows(subscriptions.heldRows())).containsExactly("bars 1Min A");
    assertThat(next()).isEqualTo("{action=subscribe, trades=[A]}");
  }

  @Test
  void aStarIsEverySymbolThatIsWanted() throws Exception {
    begin("A", "B");
    next();
    answered("{'T':'subscription','trades':['*'],'bars':['*']}");

    assertThat(subscriptions.next()).isNull();
    assertThat(subscriptions.settled()).isTrue();
    assertThat(rows(subscriptions.heldRows()))
        .containsExactly(
            "trades - A",
            "trades - B",
            "bars 1Min A",
            "bars 1Min B",
            "corrections - A",
            "corrections - B");
    assertThat(subscriptions.summary()).isEqualTo("bars of all, trades of all");
  }

  @Test
  void aNewConnectionHoldsNothingAndIsAskedForAllAgain() throws Exception {
    server.limit = 1;
    begin("A", "B");
    settle();
    subscriptions.connected();
    server.held.clear();

    assertThat(subscriptions.heldRows()).isEqualTo("[]");
    assertThat(subscriptions.refusedRows()).isEqualTo("[]");
    assertThat(subscriptions.next()).isNull();
    subscriptions.authenticated();
    assertThat(next()).isEqualTo("{action=subscribe, trades=[A, B], bars=[A, B]}");
  }

  @Test
  void aRequestThatWasUnderWayIsForgottenWithItsConnection() throws Exception {
    begin("A");
    next();
    subscriptions.connected();
    subscriptions.authenticated();

    assertThat(next()).isEqualTo("{action=subscribe, trades=[A], bars=[A]}");
  }

  @Test
  void theLedgerOwesWhateverTheChannelsBringAndNoDaySoFar() throws Exception {
    subscriptions.setChannels("trades,bars,updatedBars,dailyBars,quotes,statuses,lulds");
    begin("A");
    settle();

    assertThat(rows(subscriptions.heldRows()))
        .containsExactlyInAnyOrder(
            "trades - A",
            "bars 1Min A",
            "quotes - A",
            "corrections - A",
            "statuses - A",
            "lulds - A");
    assertThat(
            Stream.of(JSON.readValue(subscriptions.datasets(), Map[].class))
                .map(row -> row.get("dataset") + " " + row.get("timeframe")))
        .containsExactlyInAnyOrder(
            "trades -", "bars 1Min", "quotes -", "corrections -", "statuses -", "lulds -");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "trades | trades -,corrections -",
        "corrections | corrections -",
        "cancelErrors | corrections -",
        "corrections,cancelErrors,bars | bars 1Min,corrections -",
        "updatedBars | bars 1Min",
        "dailyBars,quotes | quotes -",
        "lulds,statuses | statuses -,lulds -"
      })
  void eachChannelOwesWhatItAloneBrings(String channels, String owed) throws Exception {
    subscriptions.setChannels(channels);
    begin("A");
    settle();

    assertThat(rows(subscriptions.heldRows()))
        .containsExactlyInAnyOrder(
            Stream.of(owed.split(",")).map(each -> each + " A").toArray(String[]::new));
  }

  private void begin(String... symbols) {
    want(symbols);
    subscriptions.authenticated();
  }

  private void want(String... symbols) {
    subscriptions.want(
        Stream.of(symbols).map(symbol -> Map.<String, Object>of("symbol", symbol)).toList());
  }

  private String next() throws JsonProcessingException {
    return told(JSON.readTree(subscriptions.next()));
  }

  private void answered(String subscription) throws JsonProcessingException {
    subscriptions.answered(subscription.replace('\'', '"'));
  }

  /** Asks and answers until there is nothing to ask. */
  private void settle() throws JsonProcessingException {
    for (int asked = 0; asked < 1_000; asked++) {
      String request = subscriptions.next();
      if (request == null) {
        return;
      }
      String answer = server.answer(request);
      if (answer == null) {
        subscriptions.refused();
      } else {
        subscriptions.answered(answer);
      }
    }
    throw new AssertionError("The server is asked for ever");
  }

  private static List<String> rows(String json) throws JsonProcessingException {
    List<String> rows = new ArrayList<>();
    for (JsonNode row : JSON.readTree(json)) {
      rows.add(
          row.get("dataset").textValue()
              + " "
              + row.get("timeframe").textValue()
              + " "
              + row.get("symbol").textValue());
    }
    return rows;
  }

  private static String told(JsonNode request) throws JsonProcessingException {
    return JSON.treeToValue(request, LinkedHashMap.class).toString();
  }

  /** What Alpaca does, by reference alpaca-stream, section 3. */
  private static final class Server {
    private final Map<String, Set<String>> held = new TreeMap<>();
    private final List<String> requests = new ArrayList<>();
    private final List<Integer> lengths = new ArrayList<>();
    private final Set<String> deaf = new TreeSet<>();
    private int limit = Integer.MAX_VALUE;

    /** The whole set; null for 405. */
    String answer(String text) throws JsonProcessingException {
      JsonNode request = JSON.readTree(text);
      requests.add(told(request));
      lengths.add(text.getBytes(StandardCharsets.UTF_8).length);
      Map<String, Set<String>> changed = new TreeMap<>();
      held.forEach((channel, symbols) -> changed.put(channel, new TreeSet<>(symbols)));
      boolean more = request.get("action").textValue().equals("subscribe");
      request
          .properties()
          .forEach(
              channel ->
                  channel
                      .getValue()
                      .forEach(
                          symbol -> {
                            Set<String> set =
                                changed.computeIfAbsent(channel.getKey(), any -> new TreeSet<>());
                            if (deaf.contains(symbol.textValue())) {
                              return;
                            }
                            if (more) {
                              set.add(symbol.textValue());
                            } else {
                              set.remove(symbol.textValue());
                            }
                          }));
      if (changed.getOrDefault("trades", Set.of()).size() > limit) {
        return null;
      }
      held.clear();
      held.putAll(changed);
      Map<String, Object> answer = new TreeMap<>(held);
      answer.put("T", "subscription");
      return JSON.writeValueAsString(answer);
    }
  }
}

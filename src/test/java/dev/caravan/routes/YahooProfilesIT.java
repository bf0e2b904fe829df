package dev.caravan.routes;

import static dev.caravan.support.Canned.fixture;
import static dev.caravan.support.Canned.ok;
import static dev.caravan.support.Canned.status;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.support.Canned;
import dev.caravan.support.CaravanTestSupport;
import dev.caravan.yahoo.YahooCrumb;
import dev.caravan.yahoo.YahooCrumbs;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The companies behind the symbols, in whatever words Yahoo tells of them. */
class YahooProfilesIT extends CaravanTestSupport {
  private static final String CRUMB = "c7u/m.B+";
  private static final String NOT_FOUND =
      "{\"quoteSummary\":{\"result\":null,\"error\":{\"code\":\"Not Found\",\"description\":\"Quote not"
          + " found for ticker symbol: NOPE\"}}}";

  private final Canned yahoo = new Canned();
  private Duration later = Duration.ZERO;

  YahooProfilesIT() {
    set("caravan.yahoo.url", yahoo.url());
    set("caravan.yahoo.cookie-url", yahoo.url() + "/cookies");
  }

  @BeforeEach
  void forget() {
    yahoo.reset();
    yahoo
        .on(
            "/cookies",
            new Canned.Reply(404, "", Map.of("Set-Cookie", "A3=d=b&S=c; Path=/; Secure")))
        .on("/v1/test/getcrumb", ok(CRUMB));
    YahooCrumbs crumbs =
        context.getRegistry().lookupByNameAndType("yahooCrumbs", YahooCrumbs.class);
    // Beyond the pause of whatever test went before.
    later = later.plusHours(1);
    crumbs.setClock(Clock.offset(Clock.systemUTC(), later));
    YahooCrumb held = crumbs.held();
    if (held != null) {
      crumbs.forget(held);
    }
  }

  @AfterAll
  void close() {
    yahoo.close();
  }

  @Test
  void aProfileIsStoredWithItsOfficersAndItsOddTexts() {
    symbols("ODD.B");
    yahoo.on("/v10/", ok(fixture("yahoo/profile-odd.json")));

    assertThat(run("yahoo-profiles"))
        .containsEntry("status", "succeeded")
        .containsEntry("expected", 1)
        .containsEntry("stored", 1);
    assertThat(
            database.query(
                "select symbol, name, sector, industry, country, website, employees, summary,"
                    + " officers -> 0 ->> 'name' as ceo, officers -> 0 -> 'totalPay' ->> 'raw' as pay,"
                    + " officers -> 1 ->> 'name' as cfo, jsonb_array_length(officers) as officers,"
                    + " answer #>> '{quoteSummary,result,0,quoteType,exchange}' as exchange"
                    + " from company_profiles"))
        .containsExactly(
            Map.ofEntries(
                Map.entry("symbol", "ODD.B"),
                Map.entry("name", "Odd & Sons, Inc."),
                Map.entry("sector", "Energy"),
                Map.entry("industry", "Oil & Gas"),
                Map.entry("country", "United States"),
                Map.entry("website", "https://www.odd.example/?a=1&b=\"2\""),
                Map.entry("employees", 164_000L),
                Map.entry(
                    "summary",
                    "It’s a “company”; <script>alert('1')</script>\nSecond line – 山田 \ud83d\ude00"
                        + " and \ufffd and \ufffd."),
                Map.entry("ceo", "Mr. Robert \"Bob\"  O'Neill; drop table symbols; --"),
                Map.entry("pay", "74609802"),
                Map.entry("cfo", "Ms. Zoë Łukasik"),
                Map.entry("officers", 2),
                Map.entry("exchange", "NYQ")));

    List<Canned.Asked> asked = yahoo.asked();
    assertThat(asked)
        .extracting(Canned.Asked::uri)
        .containsExactly(
            "/cookies",
            "/v1/test/getcrumb",
            "/v10/finance/quoteSummary/ODD-B?modules=assetProfile%2CsummaryProfile%2CfundProfile"
                + "%2CquoteType&formatted=false&crumb=c7u%2Fm.B%2B");
    assertThat(asked.get(0).headers()).doesNotContainKey("Cookie");
    for (Canned.Asked each : asked.subList(1, 3)) {
      assertThat(each.headers().get("Cookie")).containsExactly("A3=d=b&S=c");
      assertThat(each.headers().get("User-agent").get(0)).startsWith("Mozilla/5.0");
      assertThat(each.headers().keySet())
          .isSubsetOf(
              "Accept",
              "Accept-language",
              "Accept-encoding",
              "Connection",
              "Cookie",
              "Host",
              "User-agent");
    }
  }

  @Test
  void anInstrumentWithoutACompanyHasWhatThereIsAndAnUnknownOneIsInvalid() {
    symbols("^GSPC", "NOPE");
    yahoo
        .on("quoteSummary/NOPE", status(404, NOT_FOUND))
        .on(
            "/v10/",
            ok("{\"quoteSummary\":{\"result\":[{\"quoteType\":{\"shortName\":\"S&P 500\"}}]}}"));

    assertThat(run("yahoo-profiles"))
        .containsEntry("status", "partial")
        .containsEntry("expected", 2)
        .containsEntry("stored", 1)
        .containsEntry("error", "1 of 2 symbols were not served: Invalid symbol: NOPE");
    assertThat(
            database.query(
                "select symbol, name, coalesce(sector, '-') as sector, officers::text as officers"
                    + " from company_profiles"))
        .containsExactly(
            Map.of("symbol", "^GSPC", "name", "S&P 500", "sector", "-", "officers", "[]"));
    assertThat(database.query("select route_id, symbol, reason, payload from dead_letters"))
        .containsExactly(
            Map.of(
                "route_id", "yahoo-profiles",
                "symbol", "NOPE",
                "reason", "Invalid symbol: NOPE",
                "payload", NOT_FOUND));
  }

  @Test
  void whatIsTheSameAfterAWeekIsNotWrittenAgainAndWhatIsNotIs() {
    symbols("AAPL");
    yahoo.on("/v10/", ok(named("Apple Computer")));
    run("yahoo-profiles");
    int asked = yahoo.asked().size();
    database.execute("update company_profiles set updated_at = updated_at - interval '9 days'");

    assertThat(run("yahoo-profiles")).as("not due").containsEntry("status", "succeeded");
    assertThat(yahoo.asked()).hasSize(asked);

    Object updated = database.value("select updated_at from company_profiles");
    due();
    assertThat(run("yahoo-profiles")).containsEntry("stored", 1);
    assertThat(yahoo.asked()).hasSize(asked + 1);
    assertThat(database.value("select updated_at from company_profiles")).isEqualTo(updated);
    assertThat(database.value("select checked_at > now() - interval '1 day' from company_profiles"))
        .isEqualTo(true);

    due();
    yahoo.on("/v10/", ok(named("Apple Inc.")));
    run("yahoo-profiles");
    assertThat(
            database.query(
                "select name, updated_at > now() - interval '1 day' as now from company_profiles"))
        .containsExactly(Map.of("name", "Apple Inc.", "now", true));
  }

  @Test
  void aRunAsksForTwoHundredAtMostAndWhoIsRefusedGoesToTheEndOfTheLine() {
    database.execute(
        "insert into symbols (symbol) select 'P' || chr(65 + n / 26) || chr(65 + n % 26)"
            + " from generate_series(0, 201) n");
    yahoo.on("quoteSummary/PAA?", status(404, NOT_FOUND)).on("/v10/", ok(named("A company")));

    assertThat(run("yahoo-profiles"))
        .containsEntry("status", "partial")
        .containsEntry("expected", 200)
        .containsEntry("stored", 199);
    assertThat(run("yahoo-profiles"))
        .as("the two that are left, and the refused one")
        .containsEntry("expected", 3)
        .containsEntry("stored", 2);
    database.execute("insert into symbols (symbol) select 'R' || n from generate_series(1, 200) n");
    assertThat(run("yahoo-profiles"))
        .as("the refused one does not stand in the way of others")
        .containsEntry("status", "succeeded")
        .containsEntry("stored", 200);
  }

  @Test
  void withoutACrumbTheRunFailsWithTheReasonAfterOneAttempt() {
    symbols("AAPL", "MSFT");
    yahoo.on("/v1/test/getcrumb", ok("<html>consent</html>")).on("/v10/", ok(named("X")));

    assertThat(run("yahoo-profiles"))
        .containsEntry("status", "failed")
        .extractingByKey("error")
        .asString()
        .startsWith(
            "2 of 2 symbols were not served: Yahoo gave no crumb: Missing required data: crumb of"
                + " getcrumb; next try at 20");
    assertThat(yahoo.asked())
        .extracting(Canned.Asked::uri)
        .containsExactly("/cookies", "/v1/test/getcrumb");
  }

  @Test
  void aCrumbIsNeverShownInWhatIsKeptOfAFailure() {
    symbols("AAPL");
    yahoo.on("/v10/", status(400, "{\"finance\":{\"error\":{\"description\":\"not so\"}}}"));

    assertThat(run("yahoo-profiles"))
        .containsEntry("status", "failed")
        .extractingByKey("error")
        .asString()
        .contains("status 400: not so");
    assertThat(
            database.count(
                "select count(*) from dead_letters where concat(reason, payload) ~ 'c7u|d=b'"))
        .isZero();
  }

  private void due() {
    database.execute("update company_profiles set checked_at = checked_at - interval '8 days'");
  }

  private static String named(String name) {
    return "{\"quoteSummary\":{\"result\":[{\"quoteType\":{\"longName\":\"" + name + "\"}}]}}";
  }
}

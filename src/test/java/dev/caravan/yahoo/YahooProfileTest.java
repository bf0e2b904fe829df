package dev.caravan.yahoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.caravan.market.CompanyProfile;
import dev.caravan.market.answer.InvalidSymbolException;
import dev.caravan.market.answer.MissingDataException;
import dev.caravan.market.answer.Read;
import dev.caravan.market.answer.RowJson;
import dev.caravan.support.Canned;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class YahooProfileTest {

  @Test
  void aCompanyIsToldInItsOwnWordsButForWhatPostgresqlCannotKeep() {
    CompanyProfile profile =
        YahooProfile.profile(Read.json(Canned.fixture("yahoo/profile-odd.json")), "ODD");

    assertThat(profile.symbol()).isEqualTo("ODD");
    assertThat(profile.name()).isEqualTo("Odd & Sons, Inc.");
    assertThat(profile.sector()).isEqualTo("Energy");
    assertThat(profile.industry()).isEqualTo("Oil & Gas");
    assertThat(profile.country()).isEqualTo("United States");
    assertThat(profile.website()).isEqualTo("https://www.odd.example/?a=1&b=\"2\"");
    assertThat(profile.employees()).isEqualTo(164_000);
    assertThat(profile.summary())
        .isEqualTo(
            "It’s a “company”; <script>alert('1')</script>\nSecond line – 山田 \ud83d\ude00 and \ufffd"
                + " and \ufffd.");
    assertThat(profile.officers()).hasSize(2);
    assertThat(profile.officers().get(0).get("name").textValue())
        .isEqualTo("Mr. Robert \"Bob\"  O'Neill; drop table symbols; --");
    assertThat(profile.officers().at("/0/totalPay/raw").longValue()).isEqualTo(74_609_802);
    assertThat(profile.answer().at("/quoteSummary/result/0/assetProfile/auditRisk").intValue())
        .isEqualTo(2);
    assertThat(RowJson.jsonOf(profile))
        .as("a number of any size is a few bytes")
        .hasSizeLessThan(5000);
  }

  @Test
  void aFundHasWhatThereIs() {
    CompanyProfile profile =
        YahooProfile.profile(
            Read.json(
                "{\"quoteSummary\":{\"result\":[{\"assetProfile\":{\"longBusinessSummary\":\"A fund.\","
                    + "\"companyOfficers\":[]},\"quoteType\":{\"longName\":null,\"shortName\":\"Fund\"}}],"
                    + "\"error\":null}}"),
            "QQQ");
    assertThat(profile.name()).isEqualTo("Fund");
    assertThat(profile.summary()).isEqualTo("A fund.");
    assertThat(profile.sector()).isNull();
    assertThat(profile.employees()).isNull();
    assertThat(profile.officers().isArray()).isTrue();
    assertThat(profile.officers()).isEmpty();
  }

  @Test
  void anIndexHasNoCompany() {
    CompanyProfile profile =
        YahooProfile.profile(
            Read.json(
                "{\"quoteSummary\":{\"result\":[{\"quoteType\":{\"longName\":\"S&P 500\"}}]}}"),
            "^GSPC");
    assertThat(profile.name()).isEqualTo("S&P 500");
    assertThat(profile.officers()).isEmpty();
  }

  @Test
  void theSummaryProfileStandsInForWhatTheAssetProfileLacks() {
    CompanyProfile profile =
        YahooProfile.profile(
            Read.json(
                "{\"quoteSummary\":{\"result\":[{\"assetProfile\":{\"sector\":\" \",\"country\":7},"
                    + "\"summaryProfile\":{\"sector\":\"Energy\",\"country\":\"Peru\","
                    + "\"fullTimeEmployees\":{\"raw\":12,\"fmt\":\"12\"}}}]}}"),
            "X");
    assertThat(profile.sector()).isEqualTo("Energy");
    assertThat(profile.country()).isEqualTo("Peru");
    assertThat(profile.employees()).isEqualTo(12);
    assertThat(profile.name()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "1.5", "\"many\"", "99999999999999999999", "null", "{}", "[1]"})
  void employeesThatAreNoCountAreNotKnown(String employees) {
    assertThat(
            YahooProfile.profile(
                    Read.json(
                        "{\"quoteSummary\":{\"result\":[{\"assetProfile\":{\"fullTimeEmployees\":"
                            + employees
                            + "}}]}}"),
                    "X")
                .employees())
        .isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | quoteSummary",
        "{\"quoteSummary\":[]} | quoteSummary",
        "{\"chart\":{\"result\":[{\"meta\":{}}]}} | quoteSummary",
        "{\"quoteSummary\":{\"result\":[]}} | result",
        "{\"quoteSummary\":{\"result\":null}} | result",
        "{\"quoteSummary\":{\"result\":[{}]}} | result"
      })
  void anAnswerWithoutAnyModuleIsMissingData(String answer, String field) {
    assertThatExceptionOfType(MissingDataException.class)
        .isThrownBy(() -> YahooProfile.profile(Read.json(answer), "X"))
        .withMessage("Missing required data: " + field + " of X");
  }

  @Test
  void aSymbolThatYahooDoesNotKnowIsInvalid() {
    String answer =
        "{\"quoteSummary\":{\"result\":null,\"error\":{\"code\":\"Not Found\",\"description\":\"Quote"
            + " not found for ticker symbol: NOPE\"}}}";
    assertThatExceptionOfType(InvalidSymbolException.class)
        .isThrownBy(() -> YahooAnswer.check(404, answer, "NOPE"));
    assertThatExceptionOfType(InvalidSymbolException.class)
        .isThrownBy(() -> YahooProfile.profile(Read.json(answer), "NOPE"));
  }
}

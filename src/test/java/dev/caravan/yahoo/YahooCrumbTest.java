package dev.caravan.yahoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.caravan.market.answer.MissingDataException;
import dev.caravan.market.answer.RequestRefusedException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class YahooCrumbTest {

  @Test
  void cookiesAreGivenBackWithoutWhatIsSaidAboutThem() {
    assertThat(YahooCrumb.cookieSet("A3=d=AQ&S=Qg; Max-Age=1; Domain=.yahoo.com; HttpOnly"))
        .isEqualTo("A3=d=AQ&S=Qg");
    assertThat(YahooCrumb.cookieSet(List.of("A1=x; Path=/", "A3=d=y&S=z; Path=/", "GUC=1")))
        .isEqualTo("A1=x; A3=d=y&S=z; GUC=1");
  }

  @Test
  void aPageWithoutACookieIsMissingData() {
    for (Object none :
        Arrays.asList(
            null, "", List.of(), "nonsense", "A3=; Max-Age=0", "A=b\u0001c", "A=\u00e9")) {
      assertThatExceptionOfType(MissingDataException.class)
          .isThrownBy(() -> YahooCrumb.cookieSet(none))
          .withMessage("Missing required data: cookie of the page at caravan.yahoo.cookie-url");
    }
    assertThatExceptionOfType(MissingDataException.class)
        .isThrownBy(() -> YahooCrumb.cookieSet("A=" + "x".repeat(5000)));
  }

  @Test
  void aCrumbIsKeptWithItsCookieAndShownToNobody() {
    YahooCrumb crumb = YahooCrumb.of(200, "s1m/.+kL\n", "A3=secret");
    assertThat(crumb.crumb()).isEqualTo("s1m/.+kL");
    assertThat(crumb.cookie()).isEqualTo("A3=secret");
    assertThat(crumb.toString()).doesNotContain("s1m").doesNotContain("secret");
    assertThat(YahooCrumb.query("symbols=A", crumb)).isEqualTo("symbols=A&crumb=s1m%2F.%2BkL");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "Too Many Requests",
        "<html>consent</html>",
        "{\"finance\":{\"result\":null}}",
        "0123456789012345678901234567890123456789012345678901234567890123456789"
      })
  void whatIsNoCrumbIsNeverKept(String answer) {
    assertThatExceptionOfType(MissingDataException.class)
        .isThrownBy(() -> YahooCrumb.of(200, answer, "A3=x"))
        .withMessage("Missing required data: crumb of getcrumb");
    assertThatExceptionOfType(MissingDataException.class)
        .isThrownBy(() -> YahooCrumb.of(200, null, "A3=x"));
  }

  @Test
  void aCrumbThatIsNotGivenIsARefusal() {
    assertThatExceptionOfType(RequestRefusedException.class)
        .isThrownBy(() -> YahooCrumb.of(401, "Invalid Cookie", "A3=x"))
        .withMessage("yahoo refused the request with status 401: getcrumb: Invalid Cookie");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "401 | anything | true",
        "401 | | true",
        "400 | {\"finance\":{\"error\":{\"code\":\"x\",\"description\":\"Invalid Crumb\"}}} | true",
        "403 | {\"quoteSummary\":{\"error\":{\"description\":\"Invalid Cookie\"}}} | true",
        "400 | {\"finance\":{\"error\":{\"description\":\"Invalid Company\"}}} | false",
        "200 | {\"quoteSummary\":{\"result\":[{\"x\":\"Invalid Crumb\"}]}} | false",
        "404 | not found | false",
        "500 | Invalid Crumb | false",
        "404 | | false"
      })
  void aRefusalOfCookieOrCrumbIsKnownByItsWords(int status, String answer, boolean refused) {
    assertThat(YahooCrumb.refused(status, answer)).isEqualTo(refused);
  }
}

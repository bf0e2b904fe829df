package dev.caravan.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.support.CaravanProcess;
import dev.caravan.support.Chromium;
import dev.caravan.support.DashboardPage;
import dev.caravan.support.Place;
import dev.caravan.support.Web;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A newcomer in Hawtio finds the route that polls Yahoo, stops it, sees the dashboard say that
 * quotes are getting old, and starts it again.
 */
class HawtioE2E {
  private static final String ROUTE = "schedule-yahoo-quotes";
  private static final Path SCREENSHOTS = Path.of("target", "screenshots");

  private final Chromium chromium = Chromium.started();
  private final Simulator exchange =
      Simulator.start(SimulatorOptions.defaults().withAlwaysOpen(true).withYahooQuickRequests(0));
  private final Place place = Place.demo("hawtio");
  private final Web web = Web.at(place.httpPort());
  private final List<String> outside = new CopyOnWriteArrayList<>();
  private final List<String> blocked = new CopyOnWriteArrayList<>();

  @BeforeEach
  void patience() {
    PlaywrightAssertions.setDefaultAssertionTimeout(CaravanProcess.PATIENCE.toMillis());
  }

  @AfterEach
  void close() {
    place.close();
    exchange.close();
    chromium.close();
  }

  @Test
  void theRouteThatPollsYahooIsFoundAndStoppedAndStarted() {
    try (CaravanProcess runtime =
            place
                .caravan(exchange.url())
                .set("caravan.symbols", "AAPL,MSFT")
                .set("caravan.schedule.yahoo-quotes", "0/2 * * ? * *")
                .run();
        DashboardPage dashboard = DashboardPage.wide(chromium, place.httpPort())) {
      runtime.awaitLine("Caravan runs: ");
      dashboard.go("prices").see("#tiles .tile[data-state=fresh]").isVisible();
      Page page = chromium.page(new Browser.NewContextOptions().setViewportSize(1500, 950));
      String server = "http://127.0.0.1:" + place.httpPort();
      page.onRequest(
          request -> {
            if (request.url().startsWith("http") && !request.url().startsWith(server)) {
              outside.add(request.url());
            }
          });
      page.onConsoleMessage(
          message -> {
            if (message.text().contains("Content Security Policy")) {
              blocked.add(message.text());
            }
          });

      page.navigate(server + "/hawtio/");
      // Its tree opens without a form to connect by.
      Locator route = page.getByText(ROUTE, new Page.GetByTextOptions().setExact(true));
      route.click();
      assertThat(page.getByRole(AriaRole.HEADING, name(ROUTE))).isVisible();
      page.getByRole(AriaRole.LINK, exactly("Route Diagram")).click();
      assertThat(page.locator(".react-flow__node").first()).isVisible();
      assertThat(page.locator(".react-flow__node").count()).isGreaterThan(5);
      shot(page, "hawtio-diagram");
      page.getByRole(AriaRole.LINK, exactly("Source")).click();
      assertThat(page.locator(".monaco-editor .view-lines")).containsText("id=\"" + ROUTE + "\"");
      page.getByRole(AriaRole.LINK, exactly("Trace")).click();
      page.getByRole(AriaRole.BUTTON, exactly("Start Tracing")).click();
      // Which steps of which firing it shows first depends on when Hawtio looks.
      assertThat(
              page.locator("td[data-label=ToNode]")
                  .filter(
                      new Locator.FilterOptions()
                          .setHasText(Pattern.compile("choice|" + ROUTE + "-(take|run)")))
                  .first())
          .isVisible();
      shot(page, "hawtio-trace");
      page.getByRole(AriaRole.BUTTON, exactly("Stop Tracing")).click();

      page.getByText("routes", new Page.GetByTextOptions().setExact(true)).click();
      Locator row = page.locator("tr").filter(new Locator.FilterOptions().setHasText(ROUTE));
      row.getByRole(AriaRole.CHECKBOX).check();
      page.getByRole(AriaRole.BUTTON, exactly("Stop")).click();
      await("it is stopped").atMost(CaravanProcess.PATIENCE).until(() -> status().equals("DOWN"));
      assertThat(web.check("route:" + ROUTE).path("message").asText())
          .isEqualTo("Route " + ROUTE + " has status Stopped");
      assertThat(row).containsText("Stopped");
      shot(page, "hawtio-stopped");
      long stopped = runs();
      dashboard.see("#old-quotes[role=alert]").containsText("Quotes are getting old");
      dashboard.see("#tiles .tile[data-state=old]").isVisible();

      if (!row.getByRole(AriaRole.CHECKBOX).isChecked()) {
        row.getByRole(AriaRole.CHECKBOX).check();
      }
      page.getByRole(AriaRole.BUTTON, exactly("Start")).click();
      await("it is started").atMost(CaravanProcess.PATIENCE).until(() -> status().equals("UP"));
      assertThat(row).containsText("Started");
      await("it polls again").atMost(CaravanProcess.PATIENCE).until(() -> runs() > stopped + 1);
      dashboard.seeAll("#old-quotes p").hasCount(0);
      dashboard.see("#tiles .tile[data-state=fresh]").isVisible();

      assertThat(outside).as("nothing outside is asked").isEmpty();
      assertThat(blocked).as("nothing is blocked").isEmpty();
      runtime.sigterm();
      runtime.exitCode();
    }
  }

  private String status() {
    return web.check("route:" + ROUTE).path("status").asText();
  }

  private long runs() {
    return place.count("select count(*) from flow_runs where flow = 'yahoo-quotes'");
  }

  private static Page.GetByRoleOptions name(String name) {
    return new Page.GetByRoleOptions().setName(name);
  }

  private static Page.GetByRoleOptions exactly(String name) {
    return new Page.GetByRoleOptions().setName(name).setExact(true);
  }

  private static void shot(Page page, String name) {
    page.screenshot(new Page.ScreenshotOptions().setPath(SCREENSHOTS.resolve(name + ".png")));
  }
}

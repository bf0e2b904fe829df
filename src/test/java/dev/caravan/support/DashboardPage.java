package dev.caravan.support;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.Rule;
import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.imageio.ImageIO;

/** The dashboard in a browser that has seen nothing before, as one person looks at it. */
public final class DashboardPage implements AutoCloseable {
  /** Every page, by its place in the address. */
  public static final List<String> PAGES = List.of("prices", "runs", "completeness", "stream");

  /** Stricter than what is served may ever be, so that a page that needs more is seen here. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
          + " font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self';"
          + " frame-ancestors 'none'";

  private static final Path SCREENSHOTS = Path.of("target", "screenshots");
  private static final Set<String> GRAVE = Set.of("serious", "critical");

  static {
    PlaywrightAssertions.setDefaultAssertionTimeout(CaravanProcess.PATIENCE.toMillis());
  }

  private final BrowserContext context;
  private final Page page;
  private final String url;
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final List<String> complaints = new CopyOnWriteArrayList<>();

  private DashboardPage(Page page, String url) {
    this.page = page;
    this.context = page.context();
    this.url = url;
    page.onRequest(request -> requests.add(request.url()));
    page.onPageError(complaints::add);
    page.onConsoleMessage(
        message -> {
          if (message.type().equals("error") || message.type().equals("warning")) {
            complaints.add(message.text());
          }
        });
  }

  /** A wide window, light, of somebody in Berlin. */
  public static DashboardPage wide(Chromium chromium, int port) {
    return open(chromium, port, 1920, 1080, ColorScheme.LIGHT);
  }

  public static DashboardPage open(
      Chromium chromium, int port, int width, int height, ColorScheme scheme) {
    NewContextOptions options =
        new NewContextOptions()
            .setViewportSize(width, height)
            .setColorScheme(scheme)
            .setLocale("en-US")
            .setTimezoneId("Europe/Berlin");
    return new DashboardPage(chromium.page(options), "http://127.0.0.1:" + port);
  }

  /** Has the browser hold the document to the strict policy, whatever the server says. */
  public DashboardPage strictly() {
    page.route(
        url + "/",
        route -> {
          var answer = route.fetch();
          var headers = new java.util.HashMap<>(answer.headers());
          headers.put("content-security-policy", POLICY);
          route.fulfill(
              new com.microsoft.playwright.Route.FulfillOptions()
                  .setResponse(answer)
                  .setHeaders(headers));
        });
    return this;
  }

  public DashboardPage go(String address) {
    page.navigate(url + "/#/" + address);
    return this;
  }

  public Page page() {
    return page;
  }

  public Locator find(String selector) {
    return page.locator(selector);
  }

  /** What is to be seen of an element, within the patience of all tests. */
  public LocatorAssertions see(String selector) {
    return PlaywrightAssertions.assertThat(page.locator(selector).first());
  }

  public LocatorAssertions seeAll(String selector) {
    return PlaywrightAssertions.assertThat(page.locator(selector));
  }

  /** The scheme that the system of whoever looks has from now on. */
  public void in(ColorScheme scheme) {
    page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
  }

  /** Cuts the browser off, or lets it reach the server again. */
  public void offline(boolean off) {
    context.setOffline(off);
  }

  /** As if somebody came back from another tab: the page asks for everything at once. */
  public DashboardPage comeBack() {
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
    return this;
  }

  /** Where everything that was asked for lies. */
  public List<String> requests() {
    return List.copyOf(requests);
  }

  /** What the browser complained about: errors, warnings, and breaches of the policy. */
  public List<String> complaints() {
    return List.copyOf(complaints);
  }

  public void keepScreenshot(String name) {
    page.screenshot(
        new Page.ScreenshotOptions()
            .setPath(SCREENSHOTS.resolve(name + ".png"))
            .setFullPage(page.viewportSize().width < 500));
  }

  /** What the window shows, which is where a dialog is. */
  public void keepView(String name) {
    page.screenshot(new Page.ScreenshotOptions().setPath(SCREENSHOTS.resolve(name + ".png")));
  }

  /** Has the dashboard take its reader for a viewer. */
  public DashboardPage asViewer() {
    page.route(
        url + "/api/status",
        route -> {
          var answer = route.fetch();
          route.fulfill(
              new com.microsoft.playwright.Route.FulfillOptions()
                  .setResponse(answer)
                  .setBody(answer.text().replace("\"operator\"", "\"viewer\"")));
        });
    return this;
  }

  /** How much wider than the window the document is. */
  public int overhang() {
    return ((Number)
            page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"))
        .intValue();
  }

  /** What shuts people out, each with its place; empty where nothing grave does. */
  public List<String> graveFaults() {
    // There are no frames whose answers would have to be put together, in a page of their own.
    return new AxeBuilder(page)
        .setLegacyMode(true).analyze().getViolations().stream()
            .filter(rule -> GRAVE.contains(rule.getImpact()))
            .map(DashboardPage::described)
            .toList();
  }

  private static String described(Rule rule) {
    return rule.getId()
        + ": "
        + rule.getNodes().stream().map(node -> String.valueOf(node.getTarget())).toList();
  }

  /** Pixels of an element that are clearly green, and those that are clearly red. */
  public record Pixels(long green, long red) {}

  public Pixels pixels(String selector) {
    try {
      var image =
          ImageIO.read(new ByteArrayInputStream(page.locator(selector).first().screenshot()));
      long green = 0;
      long red = 0;
      for (int x = 0; x < image.getWidth(); x++) {
        for (int y = 0; y < image.getHeight(); y++) {
          int rgb = image.getRGB(x, y);
          int difference = ((rgb >> 8) & 0xff) - ((rgb >> 16) & 0xff);
          green += difference > 60 ? 1 : 0;
          red += difference < -60 ? 1 : 0;
        }
      }
      return new Pixels(green, red);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    context.close();
  }
}

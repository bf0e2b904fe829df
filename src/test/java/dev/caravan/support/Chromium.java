package dev.caravan.support;

import static org.assertj.core.api.Assumptions.assumeThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A real browser without a window. Where the machine has none the test is skipped, and says so. */
public final class Chromium implements AutoCloseable {
  private static final List<String> ARGUMENTS =
      List.of(
          // It runs as root on a build machine, and asks nobody but the page's own server.
          "--no-sandbox",
          "--disable-gpu",
          "--disable-quic",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync");

  private final Playwright playwright;
  private final Browser browser;

  private Chromium(Path program) {
    // Playwright would otherwise load browsers of its own.
    playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    browser =
        playwright
            .chromium()
            .launch(new BrowserType.LaunchOptions().setExecutablePath(program).setArgs(ARGUMENTS));
  }

  /** The machine's Chromium; the test that asks is skipped where there is none. */
  public static Chromium started() {
    Optional<Path> program =
        Stream.of("chromium", "chromium-browser", "google-chrome")
            .map(name -> Path.of("/usr/bin", name))
            .filter(Files::isExecutable)
            .findFirst();
    assumeThat(program)
        .as("no Chromium on this machine: install Debian's package chromium to run this test")
        .isPresent();
    return new Chromium(program.orElseThrow());
  }

  /** A page of a browser that has seen nothing before. */
  public Page page(Browser.NewContextOptions options) {
    Page page = browser.newContext(options).newPage();
    page.setDefaultTimeout(CaravanProcess.PATIENCE.toMillis());
    return page;
  }

  @Override
  public void close() {
    browser.close();
    playwright.close();
  }
}

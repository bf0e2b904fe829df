package dev.caravan.simulator;

import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.support.MovableClock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** Starts simulators that stand at noon of Friday, 2026-11-20 in New York, with no limits. */
public abstract class SimulatorTestBase {
  public static final String BARS = "/v2/stocks/bars?feed=iex&";

  public final MovableClock clock = new MovableClock("2026-11-20T17:00:00Z");
  private final List<Simulator> started = new ArrayList<>();

  protected SimulatorOptions options() {
    return SimulatorOptions.defaults()
        .withClock(clock)
        .withAlpacaRequestsPerMinute(0)
        .withYahooQuickRequests(0);
  }

  protected Simulator start(SimulatorOptions options) {
    Simulator simulator = Simulator.start(options);
    started.add(simulator);
    return simulator;
  }

  protected Client client() {
    return new Client(start(options()));
  }

  @AfterEach
  void closeAll() {
    started.forEach(Simulator::close);
  }
}

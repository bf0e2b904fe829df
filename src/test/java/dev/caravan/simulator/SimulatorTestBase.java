package dev.caravan.simulator;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** Starts simulators that stand at noon of Friday, 2026-11-20 in New York, with no limits. */
abstract class SimulatorTestBase {
  static final String BARS = "/v2/stocks/bars?feed=iex&";

  final MovableClock clock = new MovableClock("2026-11-20T17:00:00Z");
  private final List<Simulator> started = new ArrayList<>();

  SimulatorOptions options() {
    return SimulatorOptions.defaults()
        .withClock(clock)
        .withAlpacaRequestsPerMinute(0)
        .withYahooQuickRequests(0);
  }

  Simulator start(SimulatorOptions options) {
    Simulator simulator = Simulator.start(options);
    started.add(simulator);
    return simulator;
  }

  Client client() {
    return new Client(start(options()));
  }

  @AfterEach
  void closeAll() {
    started.forEach(Simulator::close);
  }
}

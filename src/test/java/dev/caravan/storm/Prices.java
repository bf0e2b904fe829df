package dev.caravan.storm;

import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.simulator.exchange.Split;
import dev.caravan.support.MovableClock;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/** What the exchange said at any time: the same one once more, whose clock goes back. */
final class Prices implements AutoCloseable {
  private final MovableClock clock;
  private final Simulator exchange;
  private final Truth truth;

  Prices(SimulatorOptions options, Optional<Split> split, Instant start) {
    clock = new MovableClock(start.toString());
    exchange = Simulator.start(options.withClock(clock));
    split.ifPresent(exchange::addSplit);
    truth = new Truth(exchange.url());
  }

  /** The price that the exchange gave at a time for a share, in Yahoo's spelling. */
  Truth.Price at(Instant time, String yahooSymbol) throws IOException {
    clock.set(time.toString());
    return truth.price(yahooSymbol);
  }

  @Override
  public void close() {
    exchange.close();
  }
}

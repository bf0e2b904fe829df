package dev.caravan.storm;

import static dev.caravan.storm.Blow.Kind.CLOSE;
import static dev.caravan.storm.Blow.Kind.CUT;
import static dev.caravan.storm.Blow.Kind.KILL;
import static dev.caravan.storm.Blow.Kind.RESET;

import java.io.IOException;
import java.util.List;

/** Faults that Caravan must not have, each of which the storm has to find. */
final class Mutants {
  private Mutants() {}

  static List<Mutant> all() throws IOException {
    return List.of(aLossOpensNoGap());
  }

  static Mutant aLossOpensNoGap() throws IOException {
    return Mutant.named("a loss opens no gap")
        .with("gaps/open_gaps.sql", "\nfrom lost\n", "\nfrom lost where :?reason = 'none'\n")
        .under(CLOSE, CUT, RESET, KILL);
  }
}

package dev.caravan.storm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who watches the storm: each fault that Caravan once had is put back, and must be found. */
class SelfCheckStorm {
  /** So many of the first seeds are tried where those that are known find nothing. */
  private static final int MORE = Integer.getInteger("more", 10);

  static Stream<Mutant> mutants() throws Exception {
    Pattern only = Pattern.compile(System.getProperty("mutant", ""));
    return Mutants.all().stream().filter(mutant -> only.matcher(mutant.toString()).find());
  }

  @ParameterizedTest
  @MethodSource("mutants")
  void findsAFaultThatIsPutBack(Mutant mutant) throws Exception {
    List<String> found = mutant.run(MORE);
    System.out.println(mutant + ": " + found);
    assertThat(found).as(mutant.toString()).isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("mutants")
  void findsNothingWhereItIsNot(Mutant mutant) throws Exception {
    assertThat(mutant.runWithoutTheFault()).as(mutant.toString()).isEmpty();
  }
}

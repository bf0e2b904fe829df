package dev.caravan.simulator.server;

/** A request that is answered with an error: the answer is the message. */
public final class RefusedQuery extends RuntimeException {
  private final transient ServedAnswer answer;

  public RefusedQuery(ServedAnswer answer) {
    super("HTTP " + answer.status(), null, false, false);
    this.answer = answer;
  }

  ServedAnswer answer() {
    return answer;
  }
}

package dev.caravan.simulator;

/** One host of a provider: its limits, its answers and its errors. */
interface Service {
  Provider provider();

  /** Counts a request on its arrival. */
  Admission admit(Request request);

  /** The provider's own answer with an error status. */
  Answer error(int status);

  /** An answer that looks good and has no rows. */
  Answer empty(Request request);
}

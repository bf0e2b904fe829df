package dev.caravan.simulator.server;

/** One host of a provider: its limits, its answers and its errors. */
public interface ProviderService {
  Provider provider();

  /** Counts a request on its arrival. */
  Admission admit(ServedQuery request);

  /** The provider's own answer with an error status. */
  ServedAnswer error(int status);

  /** An answer that looks good and has no rows. */
  ServedAnswer empty(ServedQuery request);
}

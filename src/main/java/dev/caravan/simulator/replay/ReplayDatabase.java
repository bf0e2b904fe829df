package dev.caravan.simulator.replay;

/**
 * A database of Caravan that is read, and never written to.
 *
 * @param url JDBC URL
 * @param close lets go of the server, if it was started for this
 */
public record ReplayDatabase(String url, String user, String password, Runnable close) {

  /** Where it is, without options or passwords. */
  String name() {
    return url.replaceAll("\\?.*", "").replaceAll("//[^/@]*@", "//");
  }
}

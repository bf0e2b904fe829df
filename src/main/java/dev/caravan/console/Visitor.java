package dev.caravan.console;

/**
 * Who came in.
 *
 * @param user the name that was given, empty where nobody is asked for one
 */
record Visitor(String user, Role role) {}

package dev.caravan.http;

/**
 * Who came in.
 *
 * @param user the name that was given, empty where nobody is asked for one
 */
record AuthenticatedUser(String user, Role role) {}

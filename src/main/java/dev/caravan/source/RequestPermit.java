package dev.caravan.source;

import java.time.Instant;

/**
 * The right to send one request of an account.
 *
 * @param slot the place in the account's window of 60 s that the request takes
 * @param sentAt when it was granted, by the database's clock
 */
public record RequestPermit(String account, int slot, Instant sentAt) {}

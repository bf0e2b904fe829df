/**
 * Alpaca's stream: the Camel component {@code alpaca-stream:}, the state of its subscriptions, and
 * the store that takes its frames into PostgreSQL.
 */
package dev.caravan.stream;

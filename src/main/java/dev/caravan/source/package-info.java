/**
 * The road to a provider's account: the budget of requests and who is served first, redelivery,
 * waits that the provider asked for, and what a failure means.
 */
package dev.caravan.source;

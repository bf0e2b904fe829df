/**
 * The HTTP server, and who may ask it for what: accounts, roles, host names, headers. It knows
 * nothing else of ours.
 */
package dev.caravan.http;

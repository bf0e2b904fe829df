/** Alerts: who is told, in which words, and how; what is told is decided by statements. */
package dev.caravan.alerts;

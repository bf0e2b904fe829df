/** The command line: one class a command, and what they print. Nobody knows this package. */
package dev.caravan.console;

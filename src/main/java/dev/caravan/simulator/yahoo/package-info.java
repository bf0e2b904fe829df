/** Yahoo's answers: cookie and crumb, charts, quotes and company profiles. */
package dev.caravan.simulator.yahoo;

/** Yahoo's chart: how it is asked for and what its answer means. No I/O. */
package dev.caravan.yahoo;

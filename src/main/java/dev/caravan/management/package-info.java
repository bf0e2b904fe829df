/**
 * What a person or a monitor steers and watches Caravan by: JMX, Jolokia, health checks and meters.
 */
package dev.caravan.management;

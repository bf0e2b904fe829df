/**
 * The HTTP API: what is asked, checked against what the REST DSL declares, and what is answered. No
 * I/O: routes/api/reads.camel.yaml asks the database.
 */
package dev.caravan.api;

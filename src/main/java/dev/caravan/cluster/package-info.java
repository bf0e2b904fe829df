/** Several nodes on one database: which of them may do what only one may do at a time. */
package dev.caravan.cluster;

package dev.caravan.market;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What a source says of the company or fund behind a symbol, in the shape of a row of table {@code
 * company_profiles}. Texts stand as the source wrote them, markup included; whoever shows one has
 * to escape it.
 *
 * @param symbol Caravan's spelling
 * @param employees full-time; null when the source did not say
 * @param officers an array of objects, as served; empty where there are none
 * @param answer the whole answer
 */
public record CompanyProfile(
    String symbol,
    String name,
    String sector,
    String industry,
    String country,
    String website,
    Long employees,
    String summary,
    JsonNode officers,
    JsonNode answer) {}

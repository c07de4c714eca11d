import { getRouteApi } from "@tanstack/react-router";

const route = getRouteApi("/c/$cluster");

/** The cluster that the address names. */
export const useCluster = (): string => route.useParams().cluster;

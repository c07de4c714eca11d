import type { Expression, Pairing } from "./expression.ts";

/** The label that tells clusters apart where several are in one Prometheus. Where one is alone, no series has it. */
const cluster = "cluster";

const withCluster = (labels: readonly string[]): readonly string[] =>
  labels.includes(cluster) ? labels : [cluster, ...labels];

const pairingPerCluster = (pairing: Pairing | undefined): { readonly pairing?: Pairing } =>
  pairing === undefined ? {} : { pairing: { ...pairing, on: withCluster(pairing.on) } };

/**
 * The same expression of each cluster by itself: what is joined or aggregated is so within one cluster, and what comes of it
 * says which. Over series of one cluster that have no such label it is what it was, for to have none is to have an empty
 * one. What has no series and so no cluster stays of all together: `absent`, what is asked of it, and constants.
 */
export const perCluster = (expression: Expression): Expression => {
  switch (expression.kind) {
    case "select":
    case "number":
    case "now":
    case "constant":
    case "window":
    case "growth":
    case "forecast":
    case "absent":
      return expression;
    case "aggregate":
      return { ...expression, by: withCluster(expression.by), of: perCluster(expression.of) };
    case "arithmetic":
    case "comparison": {
      const { pairing, left, right, ...rest } = expression;
      return { ...rest, left: perCluster(left), right: perCluster(right), ...pairingPerCluster(pairing) };
    }
    case "set": {
      const { on, left, right } = expression;
      if (on === undefined || left.kind === "absent")
        return { ...expression, left: perCluster(left), right: perCluster(right) };
      return { ...expression, left: perCluster(left), right: perCluster(right), on: withCluster(on) };
    }
    case "label":
      return { ...expression, of: perCluster(expression.of) };
  }
};

/** A share of one as a percentage: `0 %`, `0.4 %`, `12 %`. */
export const share = (value: number): string => {
  const percent = value * 100;
  return `${percent !== 0 && Math.abs(percent) < 1 ? percent.toFixed(1) : percent.toFixed(0)} %`;
};

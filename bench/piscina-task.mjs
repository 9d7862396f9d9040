/** What Piscina runs in its thread. */
export default ({ a, b }) => a + b;

/** This machine, as far as results tell of it. */
export const MACHINE = `${process.platform} ${process.arch}, Node ${process.version}`;

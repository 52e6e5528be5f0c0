/** The foreign key is what stands before the bar; without a bar there is none (ForeignKeyJoins.java). */
export const foreignKey = (value: string): string | null => (value.includes('|') ? value.slice(0, value.indexOf('|')) : null);

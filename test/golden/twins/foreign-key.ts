/** Returns the text before the bar as the foreign key, or null without a bar (ForeignKeyJoins.java). */
export const foreignKey = (value: string): string | null => (value.includes('|') ? value.slice(0, value.indexOf('|')) : null);

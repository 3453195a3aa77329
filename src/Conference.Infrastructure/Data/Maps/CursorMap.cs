using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Conference.Infrastructure.Data.Maps;

internal sealed class CursorMap : IEntityTypeConfiguration<Cursor>
{
    public void Configure(EntityTypeBuilder<Cursor> cursor)
    {
        cursor.ToTable("cursors");
        cursor.HasKey(c => c.Reader);
        cursor.Property(c => c.Reader).HasMaxLength(40);
    }
}
